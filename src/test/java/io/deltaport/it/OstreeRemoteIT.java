package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.Commit;
import io.deltaport.ostree.DirTree;
import io.restassured.http.Header;
import io.restassured.response.Response;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a remote answers to requests, good and bad. */
final class OstreeRemoteIT {
  private static final String NAME =
      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
  private static final String BASE64 = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

  private final Registry registry = Registry.fresh();
  private final OstreeRemote remote = OstreeRemote.of(registry);

  private Commit push(String tag) throws IOException {
    return push(tag, UUID.randomUUID().toString());
  }

  private Commit push(String tag, String content) throws IOException {
    TinyImage.push(registry, tag, Map.of("usr/id", content));
    return Commit.decode(get(object(remote.await(tag), "commit")).asByteArray());
  }

  private Response get(String file) {
    return registry.request().get(remote.path(file));
  }

  private static String object(String checksum, String kind) {
    return "objects/" + checksum.substring(0, 2) + "/" + checksum.substring(2) + "." + kind;
  }

  private String fileOf(Commit commit) throws IOException {
    DirTree root = folder(commit.tree());
    DirTree usr =
        folder(
            root.folders().stream()
                .filter(each -> new String(each.name(), StandardCharsets.UTF_8).equals("usr"))
                .findFirst()
                .orElseThrow()
                .tree());
    return object(usr.files().getFirst().object().hex(), "filez");
  }

  private DirTree folder(Checksum tree) throws IOException {
    return DirTree.decode(get(object(tree.hex(), "dirtree")).asByteArray());
  }

  @Test
  void objectsMayBeKeptForEverAndRefsMayNot() throws IOException {
    Commit commit = push("v1");
    String file = fileOf(commit);
    Response whole = get(file);
    assertThat(whole.statusCode()).isEqualTo(200);
    assertThat(whole.header("Cache-Control")).contains("immutable");
    byte[] bytes = whole.asByteArray();
    assertThat(registry.request().head(remote.path(file)).header("Content-Length"))
        .isEqualTo("" + bytes.length);
    assertThat(
            registry
                .request()
                .header("If-None-Match", whole.header("ETag"))
                .get(remote.path(file))
                .statusCode())
        .isEqualTo(304);
    Response part = registry.request().header("Range", "bytes=3-9").get(remote.path(file));
    assertThat(part.statusCode()).isEqualTo(206);
    assertThat(part.asByteArray()).isEqualTo(Arrays.copyOfRange(bytes, 3, 10));
    for (String name : new String[] {"refs/heads/v1", "summary", "config"}) {
      assertThat(get(name).header("Cache-Control")).as(name).isEqualTo("no-cache");
      assertThat(get(name).header("ETag")).as(name).isNotBlank();
    }
  }

  /**
   * The first request makes the file, the second finds it ready, the third is a conditional one; at
   * the last its file is gone.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 10_000})
  void everyWayToAnObjectAnswersAlike(int ids) throws IOException {
    StringBuilder content = new StringBuilder();
    for (int i = 0; i < ids; i++) {
      content.append(UUID.randomUUID());
    }
    String path = remote.path(fileOf(push("v1", content.toString())));
    Response made = registry.request().get(path);
    assertThat(made.statusCode()).isEqualTo(200);
    Response ready = registry.request().get(path);
    Response conditional = registry.request().header("If-None-Match", "\"other\"").get(path);
    Response encoded =
        registry.request().urlEncodingEnabled(false).get(path.replace("objects", "%6Fbjects"));
    for (Response other : new Response[] {ready, conditional, encoded}) {
      assertThat(other.statusCode()).isEqualTo(200);
      assertThat(headers(other)).isEqualTo(headers(made));
      assertThat(other.asByteArray()).isEqualTo(made.asByteArray());
    }
    assertThat(headers(registry.request().head(path))).isEqualTo(headers(made));
    removeFromCache(path);
    Response anew = registry.request().get(path);
    assertThat(headers(anew)).isEqualTo(headers(made));
    assertThat(anew.asByteArray()).isEqualTo(made.asByteArray());
  }

  private void removeFromCache(String path) throws IOException {
    Path file = Path.of(path);
    String folder = file.getParent().getFileName().toString();
    Path cache = registry.server().data().resolve("cache").resolve("ostree");
    Files.delete(cache.resolve(folder).resolve(folder + file.getFileName()));
  }

  private static Map<String, String> headers(Response answer) {
    Map<String, String> headers = new TreeMap<>();
    for (Header header : answer.headers()) {
      headers.put(header.getName().toLowerCase(Locale.ROOT), header.getValue());
    }
    return headers;
  }

  @Test
  void objectsOfAnotherRepositoryAreNotThere() throws IOException {
    Commit mine = push("v1");
    Registry otherRegistry = Registry.fresh();
    OstreeRemote other = OstreeRemote.of(otherRegistry);
    TinyImage.push(otherRegistry, "v1", Map.of("usr/id", "other"));
    other.await("v1");
    String commit = object(Checksum.of(mine.encode()).hex(), "commit");
    for (String file : new String[] {commit, object(mine.tree().hex(), "dirtree"), fileOf(mine)}) {
      assertThat(get(file).statusCode()).as(file).isEqualTo(200);
      Response there = otherRegistry.request().get(other.path(file));
      Response nowhere = otherRegistry.request().get(other.path(object("b".repeat(64), "filez")));
      assertThat(there.statusCode()).as(file).isEqualTo(404);
      assertThat(there.asString()).isEqualTo(nowhere.asString());
    }
    // An object is not of another kind than it is.
    assertThat(get(object(mine.tree().hex(), "filez")).statusCode()).isEqualTo(404);
    assertThat(get(object(mine.tree().hex(), "dirmeta")).statusCode()).isEqualTo(404);
  }

  @Test
  void aDeletedImageIsGoneFromTheRemoteAtOnce() throws IOException {
    String digest = TinyImage.push(registry, "v1", Map.of("usr/id", "1"));
    String checksum = remote.await("v1");
    assertThat(get(object(checksum, "commit")).statusCode()).isEqualTo(200);
    assertThat(registry.request().delete(registry.path("manifests/" + digest)).statusCode())
        .isEqualTo(202);
    Await.until("the ref is gone", Await.PATIENCE, () -> get("refs/heads/v1").statusCode() == 404);
    assertThat(get(object(checksum, "commit")).statusCode()).isEqualTo(404);
    assertThat(get("summary").statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no-such-file",
        "objects",
        "objects/aa/" + NAME + ".filez",
        "objects/aa/" + NAME + ".commit",
        "objects/aa/" + NAME + ".commitmeta",
        "objects/aa/" + NAME + ".file",
        "objects/aa/" + NAME + ".tombstone-commit",
        "objects/AA/" + NAME + ".filez",
        "objects/aa/" + NAME + "a.filez",
        "objects/aaa/" + NAME + ".filez",
        "objects/zz/" + NAME + ".filez",
        "objects/aa/../../config",
        "objects//" + NAME + ".filez",
        "..%2f..%2fconfig",
        "refs/heads/none",
        "refs/heads/..",
        "refs/heads/-x",
        "refs/heads/a%00b",
        "refs/heads/%20",
        "refs/heads/%F0%9F%92%A3",
        "refs/mirrors/org.example/v1",
        "summary.sig",
        "summary.idx.sig",
        "summaries/abc.gz",
        "deltas/aa/short/superblock",
        "deltas/aa/" + BASE64 + "/superblock",
        "deltas/aa/" + BASE64 + "/99999999999999999999",
        "deltas/aa/" + BASE64 + "-AA" + BASE64 + "/0",
        "delta-indexes/aa/" + BASE64 + ".index",
        "delta-indexes/aa/" + BASE64 + "=.index",
      })
  void whatIsNotThereIsNotFound(String file) {
    TinyImage.push(registry, "v1", Map.of("usr/id", "1"));
    for (String base : new String[] {remote.path(""), "/ostree/none", "/ostree/UPPER"}) {
      Response response = registry.request().get(base + "/" + file);
      assertThat(response.statusCode()).as(base + "/" + file).isIn(400, 404);
      assertThat(response.asString()).doesNotContain("Exception");
    }
  }

  @Test
  void hugeNamesAreNotFound() {
    for (String file :
        new String[] {
          "refs/heads/" + "a".repeat(3_000), "refs/heads" + "/a".repeat(1_500), "x/".repeat(1_500)
        }) {
      assertThat(get(file).statusCode()).isIn(400, 404);
    }
  }
}

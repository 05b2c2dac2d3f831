package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.SummaryIndex;
import io.deltaport.ostree.SummaryRefs;
import io.restassured.response.Response;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Remotes that are collections, and partial summaries, signed. */
final class OstreeCollectionIT {
  @RegisterExtension static final WorkFolder FOLDER = new WorkFolder();

  private static ServerProcess server;
  private static FleetKey key;

  @BeforeAll
  static void start() throws IOException {
    Clients.require("ostree");
    Path folder = FOLDER.fresh();
    server =
        ServerLaunch.on(folder.resolve("data"))
            .setting("deltaport.ostree.collection-id", "org.example.{repository}")
            .setting("deltaport.ostree.bound-refs", "testing")
            .start();
    key = FleetKey.make(server, folder);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static OstreeRepo repo(Registry registry, String collection) {
    OstreeRepo repo = OstreeRepo.init(FOLDER.fresh().resolve("repo"), "bare-user");
    key.remote(repo, OstreeRemote.of(registry).url(), "--collection-id=" + collection);
    return repo;
  }

  @Test
  void clientsWithACollectionIdPull() {
    Registry registry = new Registry(server, "fleet/base-os");
    OstreeRemote remote = OstreeRemote.of(registry);
    Map<String, String> files = Map.of("usr/id", "collection");
    TinyImage.push(registry, "stable", files);
    String commit = remote.await("stable");
    String id = "org.example.fleet.base_2dos";
    assertThat(registry.request().get(remote.path("config")).asString())
        .contains("collection-id=" + id + "\n");
    assertThat(registry.request().get(remote.path("refs/mirrors/" + id + "/stable")).asString())
        .isEqualTo(commit + "\n");
    assertThat(registry.request().get(remote.path("refs/mirrors/org.x/stable")).statusCode())
        .isEqualTo(404);

    OstreeRepo repo = repo(registry, id);
    repo.ostree("pull", "origin", "stable").ok();
    repo.ostree("fsck").ok();
    assertThat(repo.ostree("find-remotes", id, "stable").ok()).contains(commit);

    // A commit is bound to the tags of its time, and to those of the settings.
    TinyImage.push(registry, "testing", files);
    TinyImage.push(registry, "later", files);
    assertThat(remote.await("testing")).isEqualTo(commit);
    assertThat(remote.await("later")).isEqualTo(commit);
    repo.ostree("pull", "origin", "testing").ok();
    assertThat(repo.ostree("pull", "origin", "later").run().status()).isNotZero();
    assertThat(
            repo(registry, "org.example.other").ostree("pull", "origin", "stable").run().status())
        .isNotZero();
  }

  @Test
  void partialSummariesHaveTheRefsOfTheirArchitecture() throws IOException {
    Registry registry = new Registry(server, "indexed/os");
    OstreeRemote remote = OstreeRemote.of(registry);
    String x86 = TinyImage.push(registry, "x86", Map.of("usr/id", "x86"));
    String arm = TinyImage.push(registry, "arm-image", Map.of("usr/id", "arm"));
    registry.pushManifest(
        "stable",
        Registry.INDEX,
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[%s,%s]}"
            .formatted(
                Registry.INDEX,
                image(registry, x86, "\"amd64\""),
                image(registry, arm, "\"arm64\",\"variant\":\"v8\"")));
    remote.await("x86");
    String amd64 = remote.await("stable/amd64");
    remote.await("arm-image");
    remote.await("stable/arm64/v8");

    byte[] content = get(remote, "summary.idx").asByteArray();
    SummaryIndex index = SummaryIndex.decode(content);
    assertThat(index.summaries()).containsOnlyKeys("all", "amd64", "arm64");
    assertThat(refs(remote, index, "all"))
        .containsOnlyKeys("x86", "arm-image", "stable/amd64", "stable/arm64/v8");
    assertThat(refs(remote, index, "amd64"))
        .containsExactlyEntriesOf(Map.of("stable/amd64", Checksum.parse(amd64)));
    assertThat(refs(remote, index, "arm64")).containsOnlyKeys("stable/arm64/v8");
    assertThat(get(remote, "summary.idx.sig").asByteArray()).isNotEmpty();
    assertThat(get(remote, "summaries/" + Checksum.of(content).hex() + ".idx.sig").asByteArray())
        .isNotEmpty();

    // Whoever has read the index gets what it names, though the remote has changed.
    TinyImage.push(registry, "next", Map.of("usr/id", "next"));
    remote.await("next");
    assertThat(refs(remote, index, "all")).doesNotContainKey("next");
    assertThat(registry.request().get(remote.path("summaries/" + "0".repeat(64) + ".gz")))
        .returns(404, Response::statusCode);
  }

  private static Map<String, Checksum> refs(OstreeRemote remote, SummaryIndex index, String name)
      throws IOException {
    Checksum digest = index.summaries().get(name);
    Response file = get(remote, "summaries/" + digest.hex() + ".gz");
    assertThat(file.header("Cache-Control")).contains("immutable");
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(file.asByteArray()))) {
      byte[] summary = in.readAllBytes();
      assertThat(Checksum.of(summary)).isEqualTo(digest);
      return SummaryRefs.read(summary);
    }
  }

  private static Response get(OstreeRemote remote, String file) {
    Response response = remote.registry().request().get(remote.path(file));
    assertThat(response.statusCode()).as(file).isEqualTo(200);
    return response;
  }

  private static String image(Registry registry, String digest, String architecture) {
    int size = registry.request().get(registry.path("manifests/" + digest)).asByteArray().length;
    String descriptor = Registry.descriptor(Registry.MANIFEST, digest, size);
    return descriptor.substring(0, descriptor.length() - 1)
        + ",\"platform\":{\"os\":\"linux\",\"architecture\":"
        + architecture
        + "}}";
  }
}

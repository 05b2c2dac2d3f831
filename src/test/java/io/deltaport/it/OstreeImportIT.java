package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.SimpleFileServer;
import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.Commit;
import io.deltaport.ostree.ContentHeader;
import io.deltaport.ostree.DirMeta;
import io.deltaport.ostree.DirTree;
import io.deltaport.ostree.ObjectName;
import io.deltaport.ostree.ObjectType;
import io.deltaport.ostree.stream.ObjectStreamWriter;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** OSTree repositories move to a server and back, and nobody gets what he does not have. */
class OstreeImportIT {
  @RegisterExtension static final WorkFolder WORK = new WorkFolder();

  private static OstreeSource source;

  private final Registry registry = Registry.fresh();

  @BeforeAll
  static void make() throws IOException {
    source = OstreeSource.make(WORK.fresh(), 200);
  }

  private Command tool(String verb, Object... arguments) {
    return Command.program(Path.of("deltaport").toAbsolutePath().toString(), "ostree", verb)
        .with(arguments)
        .env("DELTAPORT_URL", registry.server().url());
  }

  private JsonPath imported(Object from, Object... more) {
    return JsonPath.from(tool("import", from, registry.repository(), "--json").with(more).ok());
  }

  @ParameterizedTest
  @ValueSource(strings = {"archive", "bare", "bare-user"})
  void aRepositoryOfAnyModeComesAndGoesUnchanged(String mode) throws IOException {
    Path repo = mode.equals("archive") ? source.repo() : source.copy(mode);
    JsonPath first = imported(repo);
    assertThat(first.getInt("commits")).isEqualTo(2);
    assertThat(first.getString("refs.'" + OstreeSource.REF + "'"))
        .isEqualTo(source.commits().getLast());
    JsonPath again = imported(repo);
    assertThat(again.getInt("commits")).isZero();
    assertThat(again.getInt("objects")).isZero();

    for (String written : new String[] {"archive", "bare-user"}) {
      Path out = WORK.fresh().resolve("out");
      tool("export", registry.repository(), out, "--mode", written).ok();
      source.check(out);
      String repeated = tool("export", registry.repository(), out, "--mode", written).ok();
      assertThat(repeated).startsWith("0 commits written, 0 objects fetched");
    }
  }

  @Test
  void aRepositoryComesByUrl() throws IOException {
    HttpServer http =
        SimpleFileServer.createFileServer(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            source.repo(),
            SimpleFileServer.OutputLevel.NONE);
    http.start();
    try {
      String url = "http://localhost:" + http.getAddress().getPort();
      JsonPath first = imported(url, "--ref", "os/*/stable", "--depth", "0");
      assertThat(first.getInt("commits")).isEqualTo(1);
      assertThat(imported(url, "--ref", OstreeSource.REF).getInt("knownCommits")).isEqualTo(1);
      Command.Result none = tool("import", url, registry.repository(), "--ref", "no*").run();
      assertThat(none.status()).isEqualTo(1);
      assertThat(none.err()).contains("no ref fits no*").doesNotContain("\tat ");
    } finally {
      http.stop(0);
    }
    Path out = WORK.fresh().resolve("out");
    tool("export", registry.repository(), out).ok();
    source.check(out);
  }

  @Test
  void signaturesThatComeLaterAreTakenOver() throws IOException {
    Path work = WORK.fresh();
    Path copy = work.resolve("repo");
    Command.program("cp", "-a", source.repo(), copy).ok();
    imported(copy);
    String commit = source.commits().getLast();
    try (Gpg gpg = Gpg.in(work)) {
      String second = gpg.generate("second@example.org", "", "ed25519", "sign");
      source.ostree(copy, "gpg-sign", "--gpg-homedir=" + gpg.home(), commit, second);
    }
    byte[] signed = Files.readAllBytes(copy.resolve(commitMeta(commit)));
    assertThat(signed).isNotEqualTo(served(commit));
    JsonPath again = imported(copy);
    assertThat(again.getInt("commits")).isZero();
    assertThat(again.getInt("knownCommits")).isEqualTo(2);
    assertThat(served(commit)).isEqualTo(signed);
    Path out = WORK.fresh().resolve("out");
    tool("export", registry.repository(), out).ok();
    assertThat(Files.readAllBytes(out.resolve(commitMeta(commit)))).isEqualTo(signed);
    source.check(out);
  }

  private static String commitMeta(String commit) {
    return "objects/" + commit.substring(0, 2) + "/" + commit.substring(2) + ".commitmeta";
  }

  private byte[] served(String commit) {
    Response answer =
        registry.request().get("/ostree/" + registry.repository() + "/" + commitMeta(commit));
    assertThat(answer.statusCode()).isEqualTo(200);
    return answer.asByteArray();
  }

  @Test
  void aCorruptObjectIsNamedAndNothingIsCommitted() throws IOException {
    Path copy = WORK.fresh().resolve("repo");
    Command.program("cp", "-a", source.repo(), copy).ok();
    Path victim;
    try (Stream<Path> files = Files.walk(copy.resolve("objects"))) {
      victim =
          files
              .filter(file -> file.toString().endsWith(".filez"))
              .filter(file -> file.toFile().length() > 100_000)
              .findFirst()
              .orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(victim);
    bytes[bytes.length / 2] ^= 1;
    Files.write(victim, bytes);
    String name =
        victim.getParent().getFileName() + victim.getFileName().toString().replace("filez", "file");
    Command.Result refused = tool("import", copy, registry.repository()).run();
    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.err()).contains(name, "damaged").doesNotContain("\tat ");
    assertThat(missing(source.commits().getLast() + ".commit")).hasSize(1);
    assertThat(JsonPath.from(tool("refs", registry.repository(), "--json").ok()).getList("refs"))
        .isNullOrEmpty();
  }

  @Test
  void aCommitBecomesAnImageThatOstreeExtTakes() throws IOException {
    imported(source.repo());
    Path work = WORK.fresh();
    Path image = work.resolve("image");
    String name = registry.repository() + ":" + OstreeSource.REF;
    JsonPath made =
        JsonPath.from(tool("encapsulate", name, "-o", "oci:" + image + ":v2", "--json").ok());
    JsonPath again =
        JsonPath.from(
            tool(
                    "encapsulate",
                    registry.repository() + ":" + source.commits().getLast(),
                    "-o",
                    work.resolve("image.oci"),
                    "--json")
                .ok());
    assertThat(again.getString("digest")).as("the same bytes").isEqualTo(made.getString("digest"));

    Path repo = work.resolve("repo");
    source.ostree(repo, "init", "--mode=bare");
    Command.client(
            "ostree-ext-cli",
            "container",
            "unencapsulate",
            "--repo=" + repo,
            "--write-ref=taken",
            "ostree-unverified-image:oci:" + image + ":v2")
        .ok();
    source.ostree(repo, "fsck");
    assertThat(source.ostree(repo, "rev-parse", "taken").strip())
        .isEqualTo(source.commits().getLast());
  }

  @Test
  void aTagTakesAnImportedRefOver() throws IOException {
    Path copy = WORK.fresh().resolve("repo");
    source.ostree(copy, "init", "--mode=archive");
    source.ostree(copy, "pull-local", source.repo(), source.commits().getLast());
    source.ostree(copy, "refs", "--create=stable", source.commits().getLast());
    imported(copy);
    Layout layout = Trees.small().layout();
    Skopeo.push(layout, "v1", registry.server(), registry.repository() + ":stable");
    String commit =
        Await.value(
            "the ref follows the tag",
            Await.PATIENCE,
            () -> {
              JsonPath refs = registry.request().get(path("refs")).jsonPath();
              return refs.getBoolean("refs[0].followsTag")
                  ? Optional.of(refs.getString("refs[0].commit"))
                  : Optional.empty();
            });
    Path out = WORK.fresh().resolve("out");
    tool("export", registry.repository(), out).ok();
    source.ostree(out, "fsck");
    assertThat(source.ostree(out, "log", "stable"))
        .contains(commit, "Parent:  " + source.commits().getLast());
    assertThat(imported(copy).getList("followTags")).containsExactly("stable");
    Response moved =
        registry
            .request()
            .contentType("application/json")
            .body(Map.of("refs", List.of(Map.of("name", "stable", "from", commit))))
            .put(path("refs"));
    Registry.assertError(moved, 409, "DENIED");
  }

  // What follows speaks the API itself.

  private String path(String rest) {
    return "/api/v1/ostree/" + registry.repository() + "/" + rest;
  }

  private List<String> missing(String... names) {
    Response response =
        registry
            .request()
            .contentType("application/json")
            .body(Map.of("objects", List.of(names)))
            .post(path("missing"));
    assertThat(response.statusCode()).as(response.asString()).isEqualTo(200);
    return response.jsonPath().getList("objects");
  }

  private static byte[] stream(Map<ObjectName, byte[]> objects) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ObjectStreamWriter writer = new ObjectStreamWriter(out)) {
      for (Map.Entry<ObjectName, byte[]> object : objects.entrySet()) {
        writer.add(object.getKey(), object.getValue());
      }
      writer.finish();
    }
    return out.toByteArray();
  }

  private Response send(String where, Map<ObjectName, byte[]> objects) throws IOException {
    return registry.bytes(stream(objects)).post(path(where));
  }

  private static Map<ObjectName, byte[]> one(ObjectType type, byte[] object) {
    return Map.of(new ObjectName(type, Checksum.of(object)), object);
  }

  private static final byte[] META = new DirMeta(0, 0, 040755, List.of()).encode();

  private static byte[] file(String content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(ContentHeader.regular(0, 0, 0644, List.of()).encode());
    out.write(content.getBytes(StandardCharsets.UTF_8));
    return out.toByteArray();
  }

  private static byte[] tree(byte[] file) {
    return new DirTree(
            List.of(new DirTree.FileEntry(new byte[] {'f'}, Checksum.of(file))), List.of())
        .encode();
  }

  private static byte[] commit(byte[] tree) {
    return new Commit(Map.of(), Optional.empty(), "", "", 1, Checksum.of(tree), Checksum.of(META))
        .encode();
  }

  private static Map<ObjectName, byte[]> objects(byte[] file, byte[] tree) {
    Map<ObjectName, byte[]> objects = new LinkedHashMap<>(one(ObjectType.DIRMETA, META));
    objects.putAll(one(ObjectType.DIRTREE, tree));
    if (file != null) {
      objects.putAll(one(ObjectType.FILE, file));
    }
    return objects;
  }

  @Test
  void whatAnotherRepositoryHasIsNeitherToldNorGiven() throws IOException {
    byte[] secret = file("secret of " + registry.repository());
    byte[] tree = tree(secret);
    byte[] commit = commit(tree);
    OstreeImportIT owner = new OstreeImportIT();
    assertThat(owner.send("objects", objects(secret, tree)).statusCode()).isEqualTo(200);
    assertThat(owner.send("commits", one(ObjectType.COMMIT, commit)).statusCode()).isEqualTo(200);
    String name = Checksum.of(secret) + ".file";
    assertThat(owner.missing(name)).isEmpty();

    assertThat(missing(name)).containsExactly(name);
    assertThat(missing(Checksum.of(commit) + ".commit")).hasSize(1);
    assertThat(send("objects", objects(null, tree)).statusCode()).isEqualTo(200);
    Response refused = send("commits", one(ObjectType.COMMIT, commit));
    Registry.assertError(refused, 400, "MANIFEST_BLOB_UNKNOWN");
    assertThat(refused.asString()).contains(name);
    Response stolen =
        registry
            .request()
            .contentType("application/json")
            .body(Map.of("objects", List.of(name)))
            .post(path("commits/" + Checksum.of(commit) + "/objects"));
    Registry.assertError(stolen, 404, "MANIFEST_UNKNOWN");
    // Whoever has the file himself may send it, and the server keeps it once.
    assertThat(send("objects", objects(secret, tree)).statusCode()).isEqualTo(200);
    assertThat(send("commits", one(ObjectType.COMMIT, commit)).statusCode()).isEqualTo(200);
  }

  @Test
  void badObjectsAreNamedAndNothingOfTheirStreamIsKept() throws IOException {
    byte[] good = file("good in " + registry.repository());
    byte[] unsorted = tree(good).clone();
    unsorted[0] = '/';
    byte[] twoDots = new DirTree(List.of(), List.of()).encode();
    byte[] device = new ContentHeader(0, 0, 020644, 5, new byte[0], List.of()).encode();
    byte[] wrongMode = new DirMeta(0, 0, 0100644, List.of()).encode();
    Map<String, Map<ObjectName, byte[]>> bad = new LinkedHashMap<>();
    bad.put("a name with a slash", one(ObjectType.DIRTREE, unsorted));
    bad.put("a device", one(ObjectType.FILE, device));
    bad.put("a folder with the mode of a file", one(ObjectType.DIRMETA, wrongMode));
    bad.put("a header of no bytes", one(ObjectType.FILE, new byte[8]));
    bad.put("a header longer than the object", one(ObjectType.FILE, new byte[] {0, 0, 9, 9, 0}));
    bad.put("a file as a dirtree", one(ObjectType.DIRTREE, good));
    bad.put("a commit among objects", one(ObjectType.COMMIT, commit(twoDots)));
    bad.put(
        "another checksum",
        Map.of(new ObjectName(ObjectType.FILE, Checksum.of(new byte[1])), file("else")));
    for (Map.Entry<String, Map<ObjectName, byte[]>> each : bad.entrySet()) {
      Map<ObjectName, byte[]> objects = new LinkedHashMap<>(one(ObjectType.FILE, good));
      objects.putAll(each.getValue());
      Response refused = send("objects", objects);
      assertThat(refused.statusCode()).as(each.getKey() + refused.asString()).isEqualTo(400);
      assertThat(refused.asString())
          .as(each.getKey())
          .contains(each.getValue().keySet().iterator().next().toString());
    }
    assertThat(missing(Checksum.of(good) + ".file")).hasSize(1);
    byte[] whole = stream(one(ObjectType.FILE, good));
    for (int length = 0; length < whole.length; length += 7) {
      Response cut = registry.bytes(Arrays.copyOf(whole, length)).post(path("objects"));
      assertThat(cut.statusCode()).as("cut at %d: %s", length, cut.asString()).isEqualTo(400);
    }
    assertThat(missing(Checksum.of(good) + ".file")).hasSize(1);
  }

  @Test
  void refsMoveOnlyFromWhereTheyAre() throws IOException {
    byte[] file = file("a");
    byte[] commit = commit(tree(file));
    String checksum = Checksum.of(commit).hex();
    send("objects", objects(file, tree(file)));
    assertThat(put("refs", ref("new", null, checksum)).statusCode()).isEqualTo(404);
    send("commits", one(ObjectType.COMMIT, commit));
    assertThat(put("refs", ref("new", checksum, checksum)).statusCode()).isEqualTo(412);
    assertThat(put("refs", ref("new", null, checksum)).statusCode()).isEqualTo(200);
    assertThat(put("refs", ref("new", null, checksum)).statusCode()).isEqualTo(412);
    for (String name : List.of("", "../x", "a//b", "-x", "a/../b", "x".repeat(256), "ä")) {
      Registry.assertError(put("refs", ref(name, null, checksum)), 400, "NAME_INVALID");
    }
    for (String body :
        List.of("", "null", "[]", "{\"refs\":5}", "{\"refs\":[null]}", "{\"refs\":[{}]}")) {
      Response refused =
          registry.request().contentType("application/json").body(body).put(path("refs"));
      assertThat(refused.statusCode()).as(body + refused.asString()).isEqualTo(400);
    }
    assertThat(put("refs", ref("new", checksum, null)).statusCode()).isEqualTo(200);
    assertThat(registry.request().get(path("refs")).jsonPath().getList("refs")).isEmpty();
  }

  private static Map<String, String> ref(String name, String from, String to) {
    Map<String, String> change = new LinkedHashMap<>();
    change.put("name", name);
    change.put("from", from);
    change.put("to", to);
    return change;
  }

  private Response put(String where, Map<String, String> change) {
    return registry
        .request()
        .contentType("application/json")
        .body(Map.of("refs", List.of(change)))
        .put(path(where));
  }
}

package io.deltaport.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.sign.Ed25519Key;
import io.deltaport.sign.PublicKeys;
import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Signing keys by the command-line tool and the API, on a server of their own. */
final class KeysIT {
  private static final String PASSPHRASE = "import \u00fc";

  @RegisterExtension static final WorkFolder WORK = new WorkFolder();

  private static Path data;
  private static Path external;
  private static ServerProcess server;
  private static Http http;

  @BeforeAll
  static void start() throws IOException {
    Path folder = WORK.fresh();
    data = folder.resolve("data");
    external = folder.resolve("external.pem");
    Command.client("openssl", "genpkey", "-algorithm", "ed25519", "-out", external).ok();
    server = launch().start();
    http = Http.to(() -> server.url());
  }

  private static ServerLaunch launch() throws IOException {
    return ServerLaunch.on(data)
        .setting("deltaport.keys.external[0].name", "hsm")
        .setting("deltaport.keys.external[0].file", external)
        .setting("deltaport.keys.external[0].repositories", "external/**");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Command keys(Object... words) {
    Object[] all = new Object[words.length + 1];
    all[0] = "keys";
    System.arraycopy(words, 0, all, 1, words.length);
    return Command.program(Path.of("deltaport").toAbsolutePath().toString(), all)
        .env("DELTAPORT_URL", server.url());
  }

  private static JsonPath json(String text) {
    return JsonPath.from(text);
  }

  @Test
  void aKeyLivesFromItsMakingToItsRemoval() throws Exception {
    String made = keys("create", "life", "--repositories", "life/**").ok();
    assertThat(made).contains("signs everything in life/**").contains("keys export life");
    assertThat(Files.getPosixFilePermissions(data.resolve("keys.secret")))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    String line = keys("export", "life").ok().strip();
    assertThat(Base64.getDecoder().decode(line)).hasSize(Ed25519Key.PUBLIC_BYTES);
    assertThat(keys("export", "life", "--option").ok().strip())
        .isEqualTo("--set=sign-verify=ed25519 --set=verification-ed25519-key=" + line);

    refused(keys("retire", "life").run(), "last ed25519 key for life/**");
    refused(keys("remove", "life").run(), "retire it first");
    assertThat(keys("rotate", "life").ok())
        .contains("life and life-2 both sign")
        .contains("deltaport keys export life-2")
        .contains("deltaport keys retire life");
    String both = keys("export", "--repository", "life/os", "--kind", "ed25519").ok();
    assertThat(both.lines()).hasSize(2).contains(line);
    keys("retire", "life").ok();
    assertThat(keys("export", "--repository", "life/os", "--kind", "ed25519").ok().lines())
        .hasSize(1)
        .doesNotContain(line);
    assertThat(keys("list").ok()).contains("life-2").contains("retired").contains("hsm");
    keys("remove", "life").ok();
    refused(keys("export", "life").run(), "there is no signing key life");
    refused(keys("rotate", "hsm").run(), "comes from the configuration");
    keys("retire", "life-2", "--force").ok();
  }

  @Test
  void gpgAndOstreeTakeExportedKeyrings() throws IOException {
    for (String algorithm : List.of("ed25519", "rsa4096")) {
      String name = "ring-" + algorithm;
      JsonPath key =
          json(
              keys(
                      "create",
                      name,
                      "--kind=openpgp",
                      "--repositories=" + name,
                      "--algorithm=" + algorithm,
                      "--user-id=Fleet <fleet@example.com>",
                      "--json")
                  .ok());
      Path work = WORK.fresh();
      Path armoured = work.resolve("key.asc");
      Path binary = work.resolve("key.gpg");
      keys("export", name, "-o", armoured).ok();
      keys("export", "--repository", name, "--kind", "openpgp", "--binary", "-o", binary).ok();
      assertThat(Files.readString(armoured)).startsWith("-----BEGIN PGP PUBLIC KEY BLOCK-----");
      try (Gpg gpg = Gpg.in(work)) {
        for (Path file : List.of(armoured, binary)) {
          assertThat(gpg.run("--with-colons", "--show-keys", file).ok())
              .contains(key.getString("fingerprint"))
              .contains("Fleet <fleet@example.com>");
        }
      }
      Path repo = work.resolve("repo");
      Command.client("ostree", "--repo=" + repo, "init").ok();
      for (Path file : List.of(armoured, binary)) {
        String remote = file.getFileName().toString().replace('.', '-');
        String add = "--gpg-import=" + file;
        Command.client("ostree", "--repo=" + repo, "remote", "add", add, remote, "http://localhost")
            .ok();
        assertThat(repo.resolve(remote + ".trustedkeys.gpg")).isNotEmptyFile();
      }
    }
  }

  @Test
  void importedKeysStayInside() throws Exception {
    Ed25519Key key = Ed25519Key.generate(new SecureRandom());
    byte[] secret = key.encode();
    Path file = WORK.fresh().resolve("key");
    Files.writeString(file, Base64.getEncoder().encodeToString(secret) + "\n");
    keys("import", "inside", "--file", file, "--repositories", "inside").ok();
    assertThat(keys("export", "inside").ok())
        .isEqualTo(new String(PublicKeys.ed25519File(List.of(key.publicKey())), UTF_8));
    refused(keys("import", "again", "--file", file).run(), "there already, under another name");
    String seed = HexFormat.of().formatHex(secret, 0, 32);
    assertThat(new Sql(data).query("select encode(secret, 'hex') from signing_key").toString())
        .isNotEmpty()
        .doesNotContain(seed);
    String seen =
        new String(http.get("/api/v1/keys").body(), UTF_8)
            + new String(http.get("/api/v1/keys/inside").body(), UTF_8)
            + server.log();
    String base64 = Base64.getEncoder().encodeToString(secret).substring(0, 40);
    assertThat(seen).contains("inside").doesNotContain(seed).doesNotContain(base64);
  }

  @Test
  void keysOfGpgAreImported() throws IOException {
    Path work = WORK.fresh();
    try (Gpg gpg = Gpg.in(work)) {
      String fingerprint = gpg.generate("import@example.com", PASSPHRASE, "ed25519", "cert,sign");
      Path file = work.resolve("secret.asc");
      gpg.export("--export-secret-keys", fingerprint, PASSPHRASE, true, file);
      refused(keys("import", "gpg", "--file", file).run(), "passphrase is needed");
      Path passphrase = Files.writeString(work.resolve("passphrase"), PASSPHRASE + "\n");
      JsonPath key =
          json(
              keys(
                      "import",
                      "gpg",
                      "--file=" + file,
                      "--passphrase-file=" + passphrase,
                      "--repositories=gpg/**",
                      "--json")
                  .ok());
      assertThat(key.getString("fingerprint")).isEqualTo(fingerprint);
      assertThat(key.getString("kind")).isEqualTo("openpgp");
    }
  }

  @Test
  void badRequestsAreTheClientsFault() throws IOException {
    for (String[] bad :
        new String[][] {
          {"", "{}"},
          {"", "{\"name\":\"a\"}"},
          {"", "{\"name\":\"A\",\"kind\":\"ed25519\"}"},
          {"", "{\"name\":\"public\",\"kind\":\"ed25519\"}"},
          {"", "{\"name\":\"../a\",\"kind\":\"ed25519\"}"},
          {"", "{\"name\":\"a\",\"kind\":\"dsa\"}"},
          {"", "{\"name\":\"a\",\"kind\":\"openpgp\",\"algorithm\":\"rsa1024\"}"},
          {"", "{\"name\":\"a\",\"kind\":\"openpgp\",\"userId\":\"a\\nb\"}"},
          {"", "{\"name\":\"a\",\"kind\":\"openpgp\",\"userId\":\"" + "a".repeat(201) + "\"}"},
          {"", "{\"name\":\"a\",\"kind\":\"ed25519\",\"repositories\":[\"A b\"]}"},
          {"", "{\"name\":\"a\",\"kind\":\"ed25519\",\"repositories\":[null]}"},
          {"", "{\"name\":\"a\",\"kind\":\"ed25519\",\"repositories\":\"x\"}"},
          {"", "[]"},
          {"/import", "{\"name\":\"a\"}"},
          {"/import", "{\"name\":\"a\",\"key\":\"\"}"},
          {"/import", "{\"name\":\"a\",\"key\":\"&&\"}"},
          {"/import", "{\"name\":\"a\",\"key\":\"aGVsbG8=\"}"},
          {"/import", "{\"name\":\"a\",\"key\":\"" + "AAAA".repeat(100_000) + "\"}"},
          {"/none/rotate", "{}"},
          {"/none/retire", "{}"},
        }) {
      HttpResponse<byte[]> answer =
          http.send(
              "POST",
              "/api/v1/keys" + bad[0],
              bad[1].getBytes(UTF_8),
              "Content-Type",
              "application/json");
      assertThat(answer.statusCode()).as(bad[0] + bad[1]).isBetween(400, 499);
      assertThat(new String(answer.body(), UTF_8)).contains("\"errors\"");
    }
    for (String path :
        List.of(
            "/none",
            "/none/public",
            "/public",
            "/public?repository=a&kind=x",
            "/public?repository=nobody/has/this&kind=openpgp",
            "/public?repository=A&kind=ed25519")) {
      assertThat(http.get("/api/v1/keys" + path).statusCode()).as(path).isBetween(400, 499);
    }
    assertThat(http.send("DELETE", "/api/v1/keys/none", null).statusCode()).isEqualTo(404);
  }

  private static void refused(Command.Result result, String reason) {
    assertThat(result.status()).as(result.command()).isEqualTo(1);
    assertThat(result.err()).contains(reason);
    assertThat(result.err().lines()).hasSize(1);
  }
}

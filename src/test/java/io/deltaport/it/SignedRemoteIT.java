package io.deltaport.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Devices pull what the server's keys have signed, through a rotation and a lost master key. */
final class SignedRemoteIT {
  private static final String REPOSITORY = "signed/os";
  private static final String TAG = "v1";

  @RegisterExtension static final WorkFolder WORK = new WorkFolder();

  private static Path data;
  private static ServerProcess server;
  private static Http http;

  @BeforeAll
  static void start() {
    data = WORK.fresh().resolve("data");
    server = ServerProcess.start(data);
    http = Http.to(() -> server.url());
    TinyImage.push(new Registry(server, REPOSITORY), TAG, Map.of("usr/id", "signed"));
    remote().await(TAG);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static OstreeRemote remote() {
    return OstreeRemote.of(new Registry(server, REPOSITORY));
  }

  private static void post(String path, String body) throws IOException {
    var answer =
        http.send(
            "POST",
            "/api/v1/keys" + path,
            body.getBytes(UTF_8),
            "Content-Type",
            "application/json");
    assertThat(answer.statusCode()).as(new String(answer.body(), UTF_8)).isBetween(200, 201);
  }

  private static void create(String name, String kind, String repositories) throws IOException {
    post(
        "",
        "{\"name\":\"%s\",\"kind\":\"%s\",\"repositories\":[\"%s\"]}"
            .formatted(name, kind, repositories));
  }

  private static Path export(String path) throws IOException {
    return Files.write(WORK.fresh().resolve("key"), http.get("/api/v1/keys/" + path).body());
  }

  private static Command.Result pullByGpg(Path keyring) {
    return pull(
        Clients.require("ostree"),
        "--no-sign-verify",
        "--gpg-import=" + keyring,
        "--set=gpg-verify=true",
        "--set=gpg-verify-summary=true");
  }

  private static Command.Result pullByEd25519(Path keys) {
    return pull(
        Ed25519Ostree.require(),
        "--no-gpg-verify",
        "--set=sign-verify=ed25519",
        "--set=sign-verify-summary=ed25519",
        "--set=verification-ed25519-file=" + keys);
  }

  private static Command.Result pull(Path program, String... options) {
    String repo = "--repo=" + WORK.fresh().resolve("client");
    Command.program(program.toString(), repo, "init", "--mode=archive").ok();
    Object[] words =
        Stream.of(
                Stream.of(repo, "remote", "add"),
                Stream.of(options),
                Stream.of("origin", remote().url()))
            .flatMap(each -> each)
            .toArray();
    Command.program(program.toString(), words).ok();
    return Command.program(program.toString(), repo, "pull", "--depth=0", "origin", TAG).run();
  }

  @Test
  void devicesTrustTheKeysOfTheServer() throws Exception {
    assertThat(http.get(remote().path("summary.sig")).statusCode()).isEqualTo(404);
    create("line", "ed25519", "signed/**");
    create("ring", "openpgp", "signed/*");
    create("stranger-line", "ed25519", "other");
    create("stranger-ring", "openpgp", "other");
    Path ring = export("ring/public");
    pullByGpg(ring).ok();
    pullByEd25519(export("line/public")).ok();
    assertThat(pullByGpg(export("stranger-ring/public")).status()).isNotZero();
    assertThat(pullByEd25519(export("stranger-line/public")).status()).isNotZero();

    post("/ring/rotate", "{}");
    Path next = export("ring-2/public");
    Path both = export("public?repository=" + REPOSITORY + "&kind=openpgp&armour=false");
    for (Path keyring : List.of(ring, next, both)) {
      pullByGpg(keyring).ok();
    }
    post("/ring/retire", "{}");
    pullByGpg(next).ok();
    pullByGpg(both).ok();
    assertThat(pullByGpg(ring).status()).isNotZero();
    nothingIsServedUnsigned(next);
  }

  private static void nothingIsServedUnsigned(Path keyring) throws IOException {
    Path file = data.resolve("keys.secret");
    String secret = Files.readString(file);
    server.close();
    Files.writeString(file, "0".repeat(64));
    server = ServerProcess.start(data);
    assertThat(http.get(remote().path("summary.sig")).statusCode()).isEqualTo(503);
    assertThat(pullByGpg(keyring).status()).isNotZero();
    assertThat(http.get("/v2/" + REPOSITORY + "/manifests/" + TAG).statusCode()).isEqualTo(200);
    Files.writeString(file, secret);
    Await.until(
        "the remote is served again",
        Await.PATIENCE,
        () -> http.get(remote().path("summary.sig")).statusCode() == 200);
    pullByGpg(keyring).ok();
  }
}

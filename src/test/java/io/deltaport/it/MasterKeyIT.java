package io.deltaport.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a server does whose master key is another one, damaged, away, and back again. */
final class MasterKeyIT {
  private static final String WELL = "/q/health/well";

  @RegisterExtension static final WorkFolder WORK = new WorkFolder();

  private ServerProcess server;

  @AfterEach
  void stop() {
    server.close();
  }

  private String create(String name) throws IOException {
    var answer =
        Http.to(server::url)
            .send(
                "POST",
                "/api/v1/keys",
                "{\"name\":\"%s\",\"kind\":\"ed25519\"}".formatted(name).getBytes(UTF_8),
                "Content-Type",
                "application/json");
    return answer.statusCode() + " " + new String(answer.body(), UTF_8);
  }

  private JsonPath get(String path, int status) throws IOException {
    var answer = Http.to(server::url).get(path);
    assertThat(answer.statusCode()).as(path).isEqualTo(status);
    return JsonPath.from(new String(answer.body(), UTF_8));
  }

  private void problem(String text) {
    Await.until(
        "the server notices: " + text,
        Await.PATIENCE,
        () -> {
          String found = get("/api/v1/keys", 200).getString("keys[0].problem");
          return found != null && found.contains(text);
        });
  }

  @Test
  void whatIsWrongWithTheFileIsSaidAndTheServerServes() throws Exception {
    Path data = WORK.fresh().resolve("data");
    server = ServerProcess.start(data);
    get(WELL, 200);
    assertThat(create("first")).startsWith("201");
    Path file = data.resolve("keys.secret");
    String secret = Files.readString(file);
    assertThat(secret).matches("[0-9a-f]{64}\n");

    server.close();
    Files.writeString(file, secret.replace(secret.charAt(0), secret.charAt(0) == '0' ? '1' : '0'));
    server = ServerProcess.start(data);
    problem("encrypted with the master key");
    get("/v2/", 200);
    get("/q/health/ready", 200);
    assertThat(get(WELL, 503).getString("checks[0].data.problem1")).contains(file.toString());
    assertThat(create("second")).startsWith("409").contains("another master key");
    assertThat(server.log()).contains("NOTHING IS SERVED THAT HAS TO BE SIGNED");

    Files.writeString(file, "junk");
    problem("holds no master key");
    Files.delete(file);
    problem("is missing; put it back");
    assertThat(create("second")).startsWith("503").contains(file.toString());
    assertThat(file).doesNotExist();

    Files.writeString(file, secret);
    Await.until(
        "the key signs again",
        Await.PATIENCE,
        () -> Http.to(server::url).get(WELL).statusCode() == 200);
    assertThat(create("second")).startsWith("201");
  }

  @Test
  void aMasterKeyOfTheConfigurationIsNeverMade() throws Exception {
    Path folder = WORK.fresh();
    Path file = folder.resolve("master");
    server =
        ServerLaunch.on(folder.resolve("data"))
            .setting("deltaport.keys.master-file", file)
            .setting("deltaport.keys.external[0].name", "external")
            .setting("deltaport.keys.external[0].environment", "NO_SUCH_VARIABLE")
            .start();
    assertThat(create("first")).startsWith("503").contains(file.toString());
    assertThat(file).doesNotExist();
    Files.writeString(file, "0123456789abcdef".repeat(4));
    assertThat(create("first")).startsWith("201");
    assertThat(folder.resolve("data/keys.secret")).doesNotExist();
    assertThat(get("/api/v1/keys", 200).getString("keys.find { it.external }.problem"))
        .contains("NO_SUCH_VARIABLE");
  }
}

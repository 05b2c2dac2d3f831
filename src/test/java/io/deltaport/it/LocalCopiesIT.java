package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Clients on the server's own machine get the same bytes by copying and by sendfile. */
final class LocalCopiesIT {
  private static final int BLOB_BYTES = 8 << 20;

  /** More than may be served by copying. */
  private static final int SLOW_CLIENTS = 4;

  @RegisterExtension static final WorkFolder FOLDER = new WorkFolder();

  private static ServerProcess server;

  private final Registry registry = new Registry(server, "local/" + System.nanoTime());

  @BeforeAll
  static void start() throws IOException {
    server =
        ServerLaunch.on(FOLDER.fresh().resolve("data"))
            .setting("deltaport.blob.local-copies", "1")
            .start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void whoFindsNoFreeCopyIsServedToo() throws Exception {
    byte[] blob = new byte[BLOB_BYTES];
    new Random(20).nextBytes(blob);
    String path = registry.path("blobs/" + registry.pushBlob(blob));
    assertWholeAndPart(path, blob);
    List<RawHttp> slow = new ArrayList<>();
    try {
      for (int i = 0; i < SLOW_CLIENTS; i++) {
        slow.add(new RawHttp(server).head("GET " + path + " HTTP/1.1", "Host: localhost"));
        // Takes the beginning and leaves the rest with the server.
        assertThat(slow.getLast().status()).isEqualTo(200);
      }
      assertWholeAndPart(path, blob);
    } finally {
      for (RawHttp client : slow) {
        client.close();
      }
    }
    assertWholeAndPart(path, blob);
    assertThat(server.log())
        .as("clients that hang up are no error")
        .doesNotContain("reset by", "request failed");
  }

  private void assertWholeAndPart(String path, byte[] blob) {
    assertThat(registry.request().get(path).asByteArray()).isEqualTo(blob);
    assertThat(registry.request().header("Range", "bytes=1000-7000000").get(path).asByteArray())
        .isEqualTo(Arrays.copyOfRange(blob, 1000, 7_000_001));
  }
}

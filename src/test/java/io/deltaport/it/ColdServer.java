package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;

/** A server whose blobs go cold, and what can be seen of that from outside. */
record ColdServer(ServerProcess process) implements AutoCloseable {

  /** Starts a server that keeps at most so many bytes of blobs that are asked for. */
  static ColdServer start(Path data, String cache, Object... settings) throws IOException {
    ServerLaunch launch =
        ServerLaunch.on(data)
            .setting("deltaport.blob.cache", cache)
            .setting("deltaport.gc.interval", "0s");
    for (int i = 0; i < settings.length; i += 2) {
      launch.setting(settings[i].toString(), settings[i + 1]);
    }
    return new ColdServer(launch.start());
  }

  Registry registry(String repository) {
    return new Registry(process, repository);
  }

  Path raw(String digest) {
    return file("blobs", digest, "");
  }

  Path recipe(String digest) {
    return file("blob-recipes", digest, ".blob-recipe");
  }

  Path kept(String digest) {
    String hex = digest.substring("sha256:".length());
    return process.data().resolve("cache/blobs/" + hex.substring(0, 2) + "/" + hex + ".sha256");
  }

  private Path file(String folder, String digest, String suffix) {
    String hex = digest.substring("sha256:".length());
    return process.data().resolve(folder + "/sha256/" + hex.substring(0, 2) + "/" + hex + suffix);
  }

  /** Waits until the files of blobs are gone that were pushed. */
  void awaitCold(Collection<String> digests) {
    for (String digest : digests) {
      Await.until(
          "the blob " + digest + " is cold",
          Await.PATIENCE,
          () -> !Files.exists(raw(digest)) && Files.exists(recipe(digest)));
    }
  }

  /** Returns the value of a metric, which must be there. */
  double metric(String line) {
    List<String> found =
        registry("none")
            .request()
            .get("/metrics")
            .asString()
            .lines()
            .filter(each -> each.startsWith(line + " "))
            .toList();
    assertThat(found).as(line).hasSize(1);
    return Double.parseDouble(found.getFirst().substring(line.length() + 1));
  }

  double rebuilds(String outcome) {
    return metric("deltaport_blob_rebuilds_total{outcome=\"" + outcome + "\"}");
  }

  /** Returns the bytes of all files below a folder of the data. */
  long bytes(String folder) {
    try (var files = Files.walk(process.data().resolve(folder))) {
      return files.filter(Files::isRegularFile).mapToLong(ColdServer::size).sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      return 0; // It went meanwhile.
    }
  }

  @Override
  public void close() {
    process.close();
  }
}

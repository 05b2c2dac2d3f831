package io.deltaport.store.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileCacheTest {
  private static final int LIMIT_BYTES = 100_000;

  @TempDir private Path folder;
  private FileCache<Integer> cache;

  private static final class Names implements FileNames<Integer> {
    @Override
    public String name(Integer key) {
      return "%03d.number".formatted(key);
    }

    @Override
    public Optional<Integer> parse(String name) {
      return name.matches("[0-9]{3}[.]number")
          ? Optional.of(Integer.parseInt(name.substring(0, 3)))
          : Optional.empty();
    }
  }

  @BeforeEach
  void open() throws IOException {
    cache = new FileCache<>(folder, new Names(), LIMIT_BYTES, 0, Duration.ZERO);
  }

  private Path put(int key, int length) throws IOException {
    return cache.put(key, out -> out.write(new byte[length])).path();
  }

  private long files() throws IOException {
    return CachedFiles.count(folder);
  }

  @Test
  void whatIsPutInIsFoundAlsoAfterARestart() throws IOException {
    cache.put(7, out -> out.write("seven".getBytes(StandardCharsets.UTF_8)));
    assertThat(cache.ready(7)).isPresent();
    assertThat(cache.find(8)).isEmpty();

    open();

    assertThat(cache.has(7)).isTrue();
    assertThat(cache.ready(7)).as("nobody has looked at it yet").isEmpty();
    FileCache.Found found = cache.find(7).orElseThrow();
    assertThat(found.length()).isEqualTo(5);
    assertThat(Files.readString(found.path(), StandardCharsets.ISO_8859_1)).startsWith("seven");
    assertThat(cache.ready(7)).isPresent();
  }

  @Test
  void whatAPowerCutLeftIsNotFound() throws IOException {
    Path cut = put(1, 5_000);
    Path changed = put(2, 5_000);
    Path gone = put(3, 5_000);
    Files.write(cut, new byte[3_000]);
    byte[] bytes = Files.readAllBytes(changed);
    bytes[17]++;
    Files.write(changed, bytes);
    Files.write(changed.resolveSibling("other"), bytes);
    Files.write(folder.resolve("temp/1"), bytes);

    open();
    Files.delete(gone);

    assertThat(cache.find(1)).isEmpty();
    assertThat(cache.find(2)).isEmpty();
    assertThat(cache.find(3)).isEmpty();
    assertThat(files()).as("only the two that are known to be damaged").isEqualTo(2);
    assertThat(Files.size(put(2, 100))).isGreaterThan(100);
    assertThat(cache.find(2)).isPresent();
  }

  @Test
  void aFailedWriterLeavesNothing() throws IOException {
    assertThatThrownBy(
            () ->
                cache.put(
                    1,
                    out -> {
                      out.write(new byte[100]);
                      throw new IOException("no more");
                    }))
        .hasMessage("no more");

    assertThat(cache.has(1)).isFalse();
    assertThat(files()).isZero();
  }

  @Test
  void filesBeyondTheLimitGo() throws IOException {
    for (int key = 0; key < 100; key++) {
      put(key, 8_000);
    }
    cache.settle();

    CachedFiles.await(() -> CachedFiles.count(folder) <= LIMIT_BYTES / 8_000L);
    assertThat(files()).isPositive();
    for (int key = 0; key < 100; key++) {
      assertThat(cache.find(key).isPresent()).isEqualTo(cache.has(key));
    }
    assertThat(cache.hasRoom(1)).isTrue();
    assertThat(cache.hasRoom(Long.MAX_VALUE / 2)).isFalse();
  }
}

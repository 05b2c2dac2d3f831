package io.deltaport.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.meta.ManifestEntity;
import io.quarkus.runtime.configuration.MemorySize;
import java.math.BigInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ManifestCacheTest {
  private final ManifestCache cache = new ManifestCache(new MemorySize(BigInteger.valueOf(10_000)));

  @BeforeEach
  void listen() {
    cache.listening();
  }

  private static ManifestEntity manifest(int bytes) {
    ManifestEntity manifest = new ManifestEntity();
    manifest.content = new byte[bytes];
    return manifest;
  }

  private ManifestEntity load(String repository, String reference) {
    return cache.load(repository, reference, () -> manifest(10));
  }

  @Test
  void keepsWhatWasLoaded() {
    ManifestEntity loaded = load("os", "v1");
    assertThat(cache.get("os", "v1")).isSameAs(loaded);
    assertThat(cache.get("os", "v2")).isNull();
    assertThat(cache.get("other", "v1")).isNull();
  }

  @Test
  void keepsNoAbsence() {
    assertThat(cache.load("os", "v1", () -> null)).isNull();
    assertThat(cache.get("os", "v1")).isNull();
  }

  @Test
  void forgetsWhatChanged() {
    load("os", "v1");
    load("os", "v2");
    cache.changed("os", "v1");
    assertThat(cache.get("os", "v1")).isNull();
    assertThat(cache.get("os", "v2")).isNotNull();
  }

  @Test
  void forgetsARepository() {
    load("os", "v1");
    load("os2", "v1");
    cache.changed("os");
    assertThat(cache.get("os", "v1")).isNull();
    assertThat(cache.get("os2", "v1")).isNotNull();
  }

  @Test
  void doesNotKeepWhatChangedWhileItWasRead() {
    cache.load(
        "os",
        "v1",
        () -> {
          cache.changed("os", "v1");
          return manifest(10);
        });
    assertThat(cache.get("os", "v1")).isNull();
  }

  @Test
  void doesNotKeepWhatWasReadOverAGap() {
    cache.load(
        "os",
        "v1",
        () -> {
          cache.deaf();
          cache.listening();
          return manifest(10);
        });
    assertThat(cache.get("os", "v1")).isNull();
  }

  @Test
  void keepsNothingWhileItCannotHear() {
    load("os", "v1");
    cache.deaf();
    assertThat(cache.get("os", "v1")).isNull();
    load("os", "v1");
    assertThat(cache.get("os", "v1")).isNull();
    cache.listening();
    assertThat(cache.get("os", "v1")).isNull();
  }

  @Test
  void doesNotKeepMoreThanItMay() {
    cache.load("os", "v1", () -> manifest(9_500));
    cache.cleanUp();
    assertThat(cache.get("os", "v1")).isNull();
  }
}

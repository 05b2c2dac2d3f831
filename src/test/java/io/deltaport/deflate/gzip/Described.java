package io.deltaport.deflate.gzip;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.util.ByteSource;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/** A gzip file with its description and what it stands for. */
record Described(byte[] file, byte[] expanded, byte[] payload, GzipDescriber.Description about) {
  /** Describes a file; empty when it has no description that is worth it. */
  static Optional<Described> of(byte[] file) throws IOException {
    ByteArrayOutputStream payload = new ByteArrayOutputStream();
    Optional<GzipDescriber.Description> about =
        GzipDescriber.describe(new ByteArrayInputStream(file), payload);
    if (about.isEmpty()) {
      return Optional.empty();
    }
    byte[] expanded;
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(file))) {
      expanded = in.readAllBytes();
    }
    return Optional.of(new Described(file, expanded, payload.toByteArray(), about.get()));
  }

  /** Describes a file whatever the description takes, and what the file stands for is known. */
  static Optional<Described> always(byte[] file, byte[] expanded) throws IOException {
    ByteArrayOutputStream payload = new ByteArrayOutputStream();
    return GzipDescriber.describe(new ByteArrayInputStream(file), payload, 0)
        .map(about -> new Described(file, expanded, payload.toByteArray(), about));
  }

  GzipRebuilder rebuilder() throws IOException {
    return rebuilder(payload);
  }

  GzipRebuilder rebuilder(byte[] payload) throws IOException {
    return GzipRebuilder.of(source(payload), source(expanded));
  }

  private static ByteSource source(byte[] bytes) {
    return ByteSource.of(
        bytes.length,
        offset -> new ByteArrayInputStream(bytes, (int) offset, bytes.length - (int) offset));
  }

  /** Checks that the file comes back, and from some places on. */
  Described checked() throws IOException {
    assertThat(rebuilder().length()).isEqualTo(file.length);
    assertThat(Arrays.mismatch(from(0), file)).as("first byte that differs").isEqualTo(-1);
    for (long offset : new long[] {1, 9, 10, file.length / 3, file.length - 1, file.length}) {
      byte[] rest = new byte[file.length - (int) offset];
      System.arraycopy(file, (int) offset, rest, 0, rest.length);
      assertThat(Arrays.mismatch(from(offset), rest)).as("from %d", offset).isEqualTo(-1);
    }
    return this;
  }

  byte[] from(long offset) throws IOException {
    try (InputStream in = rebuilder().open(offset)) {
      return in.readAllBytes();
    }
  }

  double share() {
    return (double) payload.length / file.length;
  }
}

package io.deltaport.ostree;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Damaged objects are read as exactly what they are, or refused; nothing else comes out. */
class ObjectMutationTest {
  private static final int ROUNDS = 20_000;

  /** Reads an object and writes it again. */
  private interface Codec {
    byte[] through(byte[] object) throws IOException;
  }

  @Test
  void dirTree() throws IOException {
    check(GoldenObjects.ETC, object -> DirTree.decode(object).encode());
    check(GoldenObjects.ROOT, object -> DirTree.decode(object).encode());
    check(new Samples(1).tree(1500, 20).encode(), object -> DirTree.decode(object).encode());
  }

  @Test
  void dirMeta() throws IOException {
    check(GoldenObjects.ETC_META, object -> DirMeta.decode(object).encode());
    check(new Samples(5).meta().encode(), object -> DirMeta.decode(object).encode());
  }

  @Test
  void commit() throws IOException {
    check(GoldenObjects.COMMIT, object -> Commit.decode(object).encode());
  }

  @Test
  void contentHeader() throws IOException {
    Samples samples = new Samples(2);
    for (int i = 0; i < 3; i++) {
      check(
          new ContentHeader(1, 2, 0120777, 0, Samples.bytes("target"), samples.xattrs(4, 20))
              .encode(),
          object -> ContentHeader.read(new ByteArrayInputStream(object)).encode());
    }
  }

  @Test
  void archiveHeader() throws IOException {
    Samples samples = new Samples(3);
    for (int i = 0; i < 3; i++) {
      ContentHeader file = ContentHeader.regular(1, 2, 0755, samples.xattrs(4, 20));
      check(
          new ArchiveHeader(1234, file).encode(),
          object -> ArchiveHeader.read(new ByteArrayInputStream(object)).encode());
    }
  }

  @Test
  void bareUserMetadata() throws IOException {
    check(
        FileMeta.encode(ContentHeader.regular(1, 2, 0755, new Samples(4).xattrs(4, 20))),
        object -> FileMeta.encode(FileMeta.decode(object, new byte[0])));
  }

  @Test
  void detachedMetadata() throws IOException {
    byte[] seed =
        DetachedMetadata.encode(
            Map.of("ostree.gpgsigs", Variant.bytes(new byte[200]), "n", Variant.uint64(7)));
    check(seed, object -> DetachedMetadata.encode(DetachedMetadata.decode(object)));
  }

  private static void check(byte[] seed, Codec codec) throws IOException {
    Random random = new Random(42);
    int rounds = Math.max(500, ROUNDS / Math.max(1, seed.length / 100));
    int refused = 0;
    for (int round = 0; round < rounds; round++) {
      byte[] object = mutate(seed, random);
      try {
        byte[] again = codec.through(object);
        assertThat(Arrays.copyOf(object, again.length)).isEqualTo(again);
      } catch (OstreeFormatException e) {
        assertThat(e).hasMessageMatching(".+");
        refused++;
      }
    }
    assertThat(refused).isBetween(rounds / 20, rounds);
  }

  private static byte[] mutate(byte[] seed, Random random) {
    byte[] object =
        switch (random.nextInt(8)) {
          case 0 -> Arrays.copyOf(seed, random.nextInt(seed.length));
          case 1 -> Arrays.copyOf(seed, seed.length + random.nextInt(300));
          case 2 -> Arrays.copyOfRange(seed, random.nextInt(seed.length), seed.length);
          default -> seed.clone();
        };
    for (int n = random.nextInt(4); n >= 0 && object.length > 0; n--) {
      // The offsets at the end are where most can go wrong.
      int tail = Math.min(object.length, 12);
      int at =
          random.nextBoolean()
              ? random.nextInt(object.length)
              : object.length - 1 - random.nextInt(tail);
      object[at] =
          random.nextBoolean()
              ? (byte) random.nextInt(256)
              : (byte) (object[at] ^ 1 << random.nextInt(8));
    }
    return object;
  }
}

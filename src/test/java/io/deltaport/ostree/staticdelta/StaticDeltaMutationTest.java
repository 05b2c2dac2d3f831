package io.deltaport.ostree.staticdelta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.ContentHeader;
import io.deltaport.ostree.GVariant.Slice;
import io.deltaport.ostree.OstreeFormatException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** Damaged and hostile deltas are refused, and nothing but the exception for it comes out. */
class StaticDeltaMutationTest {
  private static final int ROUNDS = 20_000;
  private static final byte[] SOURCE = {10, 20, 30, 40, 50};
  private static final Checksum SOURCE_NAME = Checksum.of(SOURCE);
  private static final byte[] CONTENT = {11, 20, 30, 9, 50};
  private static final DeltaObject FILE = new DeltaObject(DeltaObject.FILE, name());
  private static final int PATCH_AT = 32;

  private static Checksum name() {
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    stream.writeBytes(ContentHeader.regular(0, 0, 0_644, List.of()).encode());
    stream.writeBytes(CONTENT);
    return Checksum.of(stream.toByteArray());
  }

  private static byte[] payload(long... controls) {
    ByteBuffer payload = ByteBuffer.allocate(PATCH_AT + 24 + CONTENT.length);
    payload.order(ByteOrder.LITTLE_ENDIAN).put(SOURCE_NAME.bytes());
    for (long control : controls) {
      payload.putLong(control);
    }
    return payload.put(new byte[] {1, 0, 0, 9, 50}).array();
  }

  private static byte[] part(byte[] payload, Consumer<OperationWriter> operations)
      throws IOException {
    OperationWriter writer = new OperationWriter();
    operations.accept(writer);
    PartEncoder encoder =
        new PartEncoder(
            List.of(new PartEncoder.Mode(0, 0, 0_100644)),
            List.of(List.of()),
            payload.length,
            writer.toByteArray());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    encoder.write(new ByteArrayInputStream(payload), out);
    assertThat((long) out.size()).isEqualTo(encoder.length());
    return out.toByteArray();
  }

  static byte[] patched(long... controls) throws IOException {
    return part(
        payload(controls),
        writer -> {
          writer.setReadSource(0);
          writer.open(0, 0, CONTENT.length);
          writer.bspatch(PATCH_AT, 24 + CONTENT.length);
          writer.close();
        });
  }

  private static PartHeader header(byte[] served) {
    return new PartHeader(Checksum.of(served), served.length, CONTENT.length, List.of(FILE));
  }

  private static void apply(byte[] part) throws IOException {
    DeltaApplier applier =
        new DeltaApplier(
            object -> {
              if (!object.equals(SOURCE_NAME)) {
                throw new OstreeFormatException("no object " + object);
              }
              return SOURCE;
            },
            (object, header, content) -> assertThat(content).isEqualTo(CONTENT));
    applier.apply(DeltaPart.decode(part), header(part));
  }

  private static void refused(byte[] part, String why) {
    assertThatThrownBy(() -> apply(part))
        .isInstanceOf(OstreeFormatException.class)
        .hasMessageContaining(FILE.toString())
        .hasMessageContaining(why);
  }

  @Test
  void appliesWhatIsRight() throws IOException {
    apply(patched(3, 2, 0));
  }

  @Test
  void refusesImpossiblePatches() throws IOException {
    refused(patched(-1L, 2, 0), "impossible");
    refused(patched(3, Long.MIN_VALUE + 2, 0), "impossible");
    refused(patched(6, 0, 0), "impossible");
    refused(patched(3, 1L << 61, 0), "impossible");
    refused(patched(2, 2, 0), "cut");
    refused(patched(3, 2, Long.MAX_VALUE), "impossible");
  }

  @Test
  void refusesImpossibleOperations() throws IOException {
    byte[] bytes = payload(3, 2, 0);
    refused(part(bytes, w -> w.file(1, 0, 5, 0)), "mode");
    refused(part(bytes, w -> w.file(0, 7, 5, 0)), "extended attributes");
    refused(part(bytes, w -> w.file(0, 0, 5, 57)), "payload");
    refused(part(bytes, w -> w.file(0, 0, Long.MAX_VALUE, 1)), "payload");
    refused(part(bytes, w -> w.file(0, 0, 5, 0)), "name");
    refused(part(bytes, w -> w.open(0, 0, 1L << 40)), "longer");
    refused(part(bytes, w -> w.setReadSource(40)), "payload");
    refused(part(bytes, OperationWriter::close), "no file is open");
    refused(part(bytes, w -> w.write(1, 1)), "no file is open");
    refused(part(bytes, w -> {}), "no operation");
    refused(
        part(
            bytes,
            w -> {
              w.setReadSource(0);
              w.open(0, 0, 5);
              w.write(5, 1);
            }),
        "outside");
    refused(
        part(
            bytes,
            w -> {
              w.open(0, 0, 5);
              w.bspatch(PATCH_AT, 29);
            }),
        "without a source");
  }

  @Test
  void refusesPartsThatExpandTooFar() throws IOException {
    ByteArrayOutputStream served = new ByteArrayOutputStream();
    served.write(PartEncoder.XZ);
    try (XZOutputStream xz = new XZOutputStream(served, new LZMA2Options(0))) {
      xz.write(new byte[1 << 20]);
    }
    byte[] bytes = served.toByteArray();
    assertThatThrownBy(() -> DeltaPart.read(bytes, header(bytes)))
        .isInstanceOf(OstreeFormatException.class)
        .hasMessageContaining("expands")
        .hasMessageContaining(Checksum.of(bytes).hex());
    byte[] damaged = bytes.clone();
    damaged[40] ^= 1;
    assertThatThrownBy(() -> DeltaPart.read(damaged, header(bytes)))
        .isInstanceOf(OstreeFormatException.class)
        .hasMessageContaining("damaged");
    assertThatThrownBy(() -> DeltaPart.read(damaged, header(damaged)))
        .isInstanceOf(OstreeFormatException.class);
  }

  @Test
  void survivesMutatedParts() throws IOException {
    byte[] part = patched(3, 2, 0);
    mutate(
        part,
        bytes -> {
          apply(bytes);
          return true;
        });
  }

  @Test
  void survivesMutatedSuperblocks() throws IOException {
    byte[] superblock = StaticDeltaFormatTest.superblock().encode();
    mutate(superblock, bytes -> Superblock.decode(bytes).parts().size() < 3);
    byte[] signed =
        SignedDelta.wrap(superblock, Map.of(SignedDelta.ED25519, List.of(new byte[64])));
    mutate(signed, bytes -> SignedDelta.unwrap(bytes).superblock().length > 0);
    mutate(
        DeltaIndex.encode(Map.of(StaticDeltaFormatTest.superblock().name(), SOURCE_NAME)),
        bytes -> DeltaIndex.decode(bytes).size() < 2);
  }

  private interface Reading {
    boolean read(byte[] bytes) throws IOException;
  }

  private static void mutate(byte[] seed, Reading reading) throws IOException {
    Random random = new Random(7);
    int refused = 0;
    for (int round = 0; round < ROUNDS; round++) {
      byte[] bytes = random.nextInt(8) == 0 ? cut(seed, random) : seed.clone();
      for (int n = random.nextInt(3); n >= 0 && bytes.length > 0; n--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      try {
        assertThat(reading.read(bytes)).isTrue();
      } catch (OstreeFormatException e) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(ROUNDS / 20);
  }

  private static byte[] cut(byte[] seed, Random random) {
    return new Slice(seed, 0, random.nextInt(seed.length)).copy();
  }
}

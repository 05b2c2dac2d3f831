package io.deltaport.ostree.staticdelta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.OstreeFormatException;
import io.deltaport.ostree.Variant;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StaticDeltaFormatTest {
  private static final Checksum FROM =
      Checksum.parse("467cbff1323a0b27d3aab99beb7573cd4c998f71eed237c65e54d58d58c4f9fb");
  private static final Checksum TO =
      Checksum.parse("00dc083642c5d9ae5a1d2b336f93c2a26f04360d5d1e88f88435ec0965f0837f");

  static Superblock superblock() {
    DeltaObject file = new DeltaObject(DeltaObject.FILE, Checksum.of(new byte[] {1}));
    DeltaObject tree = new DeltaObject(DeltaObject.DIRTREE, Checksum.of(new byte[] {2}));
    return new Superblock(
        Map.of(),
        1_700_000_000,
        new DeltaName(Optional.of(FROM), TO),
        new byte[] {1, 2, 3},
        List.of(
            new PartHeader(Checksum.of(new byte[] {3}), 1000, 2000, List.of(file, tree)),
            new PartHeader(Checksum.of(new byte[] {4}), 70_000, 1L << 40, List.of(tree))),
        List.of(new Fallback(file, 5, 6)));
  }

  @Test
  void namesFoldersAsLibostreeDoes() throws OstreeFormatException {
    DeltaName name = new DeltaName(Optional.of(FROM), TO);
    assertThat(name.superblockPath())
        .isEqualTo(
            "deltas/Rn/y_8TI6CyfTqrmb63VzzUyZj3Hu0jfGXlTVjVjE+fs"
                + "-ANwINkLF2a5aHSszb5PCom8ENg1dHoj4hDXsCWXwg38/superblock");
    assertThat(new DeltaName(Optional.empty(), TO).partPath(3))
        .isEqualTo("deltas/AN/wINkLF2a5aHSszb5PCom8ENg1dHoj4hDXsCWXwg38/3");
    assertThat(DeltaName.indexPath(TO))
        .isEqualTo("delta-indexes/AN/wINkLF2a5aHSszb5PCom8ENg1dHoj4hDXsCWXwg38.index");
    assertThat(DeltaName.parse(name.text())).isEqualTo(name);
    assertThat(DeltaName.parse(TO.hex())).isEqualTo(new DeltaName(Optional.empty(), TO));
    assertThatThrownBy(() -> DeltaName.parse("../" + TO.hex()))
        .isInstanceOf(OstreeFormatException.class);
  }

  @Test
  void readsWhatItWrites() throws OstreeFormatException {
    Superblock changed = superblock().withMetadata("some.key", Variant.string("value"));
    Superblock read = Superblock.decode(changed.encode());
    assertThat(read.parts()).isEqualTo(changed.parts());
    assertThat(read.fallbacks()).isEqualTo(changed.fallbacks());
    assertThat(read.name()).isEqualTo(changed.name());
    assertThat(read.timestamp()).isEqualTo(changed.timestamp());
    assertThat(read.metadata()).containsOnlyKeys("some.key", "ostree.endianness");
  }

  @Test
  void wrapsSignatures() throws OstreeFormatException {
    byte[] superblock = superblock().encode();
    byte[] signature = new byte[64];
    byte[] signed =
        SignedDelta.wrap(superblock, Map.of(SignedDelta.ED25519, List.of(signature, signature)));
    assertThat(new String(signed, 0, 8, StandardCharsets.US_ASCII)).isEqualTo("OSTSGNDT");
    assertThat(SignedDelta.isSigned(signed)).isTrue();
    assertThat(SignedDelta.isSigned(superblock)).isFalse();
    SignedDelta read = SignedDelta.unwrap(signed);
    assertThat(read.superblock()).isEqualTo(superblock);
    assertThat(read.signatures().get(SignedDelta.ED25519)).hasSize(2);
    assertThatThrownBy(() -> SignedDelta.unwrap(superblock))
        .isInstanceOf(OstreeFormatException.class);
  }

  @Test
  void indexesDeltas() throws OstreeFormatException {
    Map<DeltaName, Checksum> deltas =
        Map.of(
            new DeltaName(Optional.of(FROM), TO),
            Superblock.digest(superblock().encode()),
            new DeltaName(Optional.empty(), TO),
            FROM);
    assertThat(DeltaIndex.decode(DeltaIndex.encode(deltas))).isEqualTo(deltas);
  }

  @Test
  void knowsHowLongPayloadsMayBe() {
    assertThat(PartHeader.payloadMaxBytes(3200, 2)).isEqualTo(3200 + 4096 + 2 * 65_792 + 100);
    assertThat(PartHeader.payloadMaxBytes(1L << 40, 1)).isEqualTo(512L << 20);
  }
}

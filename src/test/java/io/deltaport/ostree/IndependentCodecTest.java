package io.deltaport.ostree;

import static org.assertj.core.api.Assertions.assertThat;

import eu.mulk.jgvariant.core.Decoder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/** Another implementation of GVariant, jgvariant, reads and writes the same bytes. */
class IndependentCodecTest {
  private static final int TRIES = 60;

  private static <T> T sameBytes(Decoder<T> other, byte[] ours) {
    T decoded = other.decode(ByteBuffer.wrap(ours));
    ByteBuffer encoded = other.encode(decoded);
    byte[] theirs = new byte[encoded.remaining()];
    encoded.get(theirs);
    assertThat(theirs).isEqualTo(ours);
    return decoded;
  }

  @RepeatedTest(TRIES)
  void dirTree(RepetitionInfo info) throws IOException {
    int seed = info.getCurrentRepetition();
    DirTree tree = new Samples(seed).tree(seed < 10 ? 8 : 3000, seed % 3 == 0 ? 300 : 2);
    byte[] ours = tree.encode();
    var other = sameBytes(eu.mulk.jgvariant.ostree.DirTree.decoder(), ours);
    assertThat(other.files())
        .extracting(file -> file.checksum().hex())
        .isEqualTo(tree.files().stream().map(file -> file.object().hex()).toList());
    assertThat(other.directories())
        .extracting(folder -> folder.treeChecksum().hex())
        .isEqualTo(tree.folders().stream().map(folder -> folder.tree().hex()).toList());
    assertThat(DirTree.decode(ours).encode()).isEqualTo(ours);
  }

  @RepeatedTest(TRIES)
  void dirMeta(RepetitionInfo info) throws IOException {
    DirMeta meta = new Samples(info.getCurrentRepetition()).meta();
    byte[] ours = meta.encode();
    var other = sameBytes(eu.mulk.jgvariant.ostree.DirMeta.decoder(), ours);
    assertThat(other.uid()).isEqualTo(meta.uid());
    assertThat(other.mode()).isEqualTo(meta.mode());
    assertThat(other.xattrs()).hasSameSizeAs(meta.xattrs());
    assertThat(DirMeta.decode(ours).encode()).isEqualTo(ours);
  }

  @RepeatedTest(TRIES)
  void commit(RepetitionInfo info) throws IOException {
    Commit commit = new Samples(info.getCurrentRepetition()).commit();
    byte[] ours = commit.encode();
    var other = eu.mulk.jgvariant.ostree.Commit.decoder().decode(ByteBuffer.wrap(ours));
    assertThat(other.subject()).isEqualTo(commit.subject());
    assertThat(other.body()).isEqualTo(commit.body());
    assertThat(other.timestamp()).isEqualTo(commit.timestamp());
    assertThat(other.rootDirTreeChecksum().hex()).isEqualTo(commit.tree().hex());
    assertThat(other.metadata().fields().keySet()).isEqualTo(commit.metadata().keySet());
    assertThat(Commit.decode(ours).encode()).isEqualTo(ours);
  }

  @RepeatedTest(TRIES)
  void contentHeader(RepetitionInfo info) throws IOException {
    ContentHeader header = new Samples(info.getCurrentRepetition()).header();
    byte[] ours = header.encode();
    assertThat(ByteBuffer.wrap(ours).getLong()).isEqualTo((long) (ours.length - 8) << 32);
    var decoder =
        Decoder.ofStructure(
            Decoder.ofInt().withByteOrder(ByteOrder.BIG_ENDIAN),
            Decoder.ofInt().withByteOrder(ByteOrder.BIG_ENDIAN),
            Decoder.ofInt().withByteOrder(ByteOrder.BIG_ENDIAN),
            Decoder.ofInt().withByteOrder(ByteOrder.BIG_ENDIAN),
            Decoder.ofString(StandardCharsets.ISO_8859_1),
            Decoder.ofArray(eu.mulk.jgvariant.ostree.Xattr.decoder()));
    Object[] other = sameBytes(decoder, Arrays.copyOfRange(ours, 8, ours.length));
    assertThat(other[2]).isEqualTo(header.mode());
    assertThat((List<?>) other[5]).hasSameSizeAs(header.xattrs());
    assertThat(ContentHeader.read(new ByteArrayInputStream(ours)).encode()).isEqualTo(ours);
  }
}

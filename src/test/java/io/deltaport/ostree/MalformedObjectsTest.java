package io.deltaport.ostree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltaport.ostree.DirTree.FileEntry;
import io.deltaport.ostree.DirTree.FolderEntry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Objects that no OSTree would write are refused. */
class MalformedObjectsTest {
  private static final Checksum SUM = Checksum.of(new byte[0]);
  private static final List<GVariant.MemberType> PAIR =
      List.of(GVariant.MemberType.BYTES, GVariant.MemberType.BYTES);

  private static void refused(String message, DirTree tree) {
    assertThatThrownBy(() -> DirTree.decode(tree.encode()))
        .isInstanceOf(OstreeFormatException.class)
        .hasMessageContaining(message);
  }

  private static DirTree files(String... names) {
    return new DirTree(
        Arrays.stream(names).map(name -> new FileEntry(Samples.bytes(name), SUM)).toList(),
        List.of());
  }

  private static DirTree folders(String... names) {
    return new DirTree(
        List.of(),
        Arrays.stream(names).map(name -> new FolderEntry(Samples.bytes(name), SUM, SUM)).toList());
  }

  @ParameterizedTest
  @CsvSource({
    "'',a dot for a name",
    ".,a dot for a name",
    "..,a dot for a name",
    "a/b,a slash",
    "/,a slash",
    "../etc,a slash"
  })
  void namesThatLeaveTheFolder(String name, String message) {
    refused(message, files(name));
    refused(message, folders(name));
  }

  @Test
  void namesOutOfOrder() {
    refused("not in rising order", files("b", "a"));
    refused("not in rising order", files("a", "a"));
    refused("not in rising order", folders("a", "b", "b"));
    refused("not in rising order", files("\u00ff", "z"));
  }

  @Test
  void namesOfAFileAndAFolder() throws IOException {
    DirTree both = new DirTree(files("a", "c", "e").files(), folders("b", "e").folders());
    refused("a file and a folder of the same name", both);
    DirTree apart = new DirTree(files("a", "c", "e").files(), folders("b", "d", "f").folders());
    assertThat(DirTree.decode(apart.encode())).usingRecursiveComparison().isEqualTo(apart);
  }

  @Test
  void namesThatAreNotUtf8AreKept() throws IOException {
    DirTree tree = DirTree.decode(files("\u00ff\n ").encode());
    assertThat(tree.files().getFirst().name()).containsExactly(0xff, '\n', ' ');
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 31, 33})
  void checksumsOfTheWrongLength(int length) {
    byte[] entry = GVariant.tuple(PAIR, GVariant.string("a"), new byte[length]);
    byte[] tree = GVariant.tuple(PAIR, GVariant.array(1, List.of(entry)), new byte[0]);
    assertThatThrownBy(() -> DirTree.decode(tree))
        .isInstanceOf(OstreeFormatException.class)
        .hasMessageContaining("a checksum has 32 bytes, not " + length);
  }

  @Test
  void offsetsWiderThanNeeded() {
    byte[] wide = {'a', 0, 1};
    byte[] tree = GVariant.tuple(PAIR, wide, new byte[0]);
    assertThatThrownBy(() -> DirTree.decode(tree)).isInstanceOf(OstreeFormatException.class);
  }

  @Test
  void bytesThatAreNotUsed() {
    byte[] meta = GoldenObjects.ETC_META.clone();
    byte[] longer = Arrays.copyOf(meta, meta.length + 1);
    assertThatThrownBy(() -> DirMeta.decode(longer)).isInstanceOf(OstreeFormatException.class);
    byte[] padded = GoldenObjects.COMMIT.clone();
    assertThat(padded[15]).isZero();
    padded[15] = 1;
    assertThatThrownBy(() -> Commit.decode(padded)).isInstanceOf(OstreeFormatException.class);
  }

  @Test
  void nothing() {
    byte[] none = {};
    assertThatThrownBy(() -> DirTree.decode(none)).isInstanceOf(OstreeFormatException.class);
    assertThatThrownBy(() -> DirMeta.decode(none)).isInstanceOf(OstreeFormatException.class);
    assertThatThrownBy(() -> Commit.decode(none)).isInstanceOf(OstreeFormatException.class);
    assertThatThrownBy(() -> read(none)).isInstanceOf(OstreeFormatException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 0100755, 040755 | 1 << 16, 0120777})
  void modesOfNoFolder(int mode) {
    byte[] meta = new DirMeta(0, 0, mode, List.of()).encode();
    assertThatThrownBy(() -> DirMeta.decode(meta))
        .isInstanceOf(OstreeFormatException.class)
        .hasMessageContaining("0" + Integer.toOctalString(mode));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 040755, 0100644 | 1 << 20, 0140755, 0130644})
  void modesOfNoFile(int mode) {
    refused("the impossible mode 0", new ContentHeader(0, 0, mode, 0, new byte[0], List.of()));
  }

  @Test
  void headersThatContradictThemselves() {
    byte[] target = {'t'};
    refused("no symbolic link", new ContentHeader(0, 0, 0100644, 0, target, List.of()));
    refused("no device", new ContentHeader(0, 0, 0100644, 5, new byte[0], List.of()));
    refused("no device", new ContentHeader(0, 0, 010644, 5, new byte[0], List.of()));
  }

  private static void refused(String message, ContentHeader header) {
    assertThatThrownBy(() -> read(header.encode()))
        .isInstanceOf(OstreeFormatException.class)
        .hasMessageContaining(message);
  }

  @Test
  void attributesOutOfOrderOrTwiceOrWithoutName() {
    refusedXattrs("not in rising order", "b", "a");
    refusedXattrs("not in rising order", "a", "a");
    refusedXattrs("has no name", "", "a");
  }

  private static void refusedXattrs(String message, String first, String second) {
    List<byte[]> pairs =
        List.of(
            GVariant.tuple(PAIR, GVariant.string(first), new byte[1]),
            GVariant.tuple(PAIR, GVariant.string(second), new byte[1]));
    byte[] meta = new DirMeta(0, 0, 040755, List.of()).encode();
    byte[] array = GVariant.array(1, pairs);
    byte[] whole = Arrays.copyOf(meta, meta.length + array.length);
    System.arraycopy(array, 0, whole, meta.length, array.length);
    assertThatThrownBy(() -> DirMeta.decode(whole))
        .isInstanceOf(OstreeFormatException.class)
        .hasMessageContaining(message);
  }

  @Test
  void headersOfImpossibleLength() {
    refusedFrame("impossible length", 0, 0);
    refusedFrame("impossible length", -1, 0);
    refusedFrame("impossible length", ContentHeader.LENGTH_BYTES_MAX + 1, 0);
    refusedFrame("impossible length", 24, 1);
    refusedFrame("cut short", 1000, 0);
    assertThatThrownBy(() -> read(new byte[7])).hasMessageContaining("cut short");
  }

  private static void refusedFrame(String message, int length, int zero) {
    byte[] stream = new byte[100];
    System.arraycopy(GVariant.uint32(length), 0, stream, 0, 4);
    System.arraycopy(GVariant.uint32(zero), 0, stream, 4, 4);
    assertThatThrownBy(() -> read(stream))
        .isInstanceOf(OstreeFormatException.class)
        .hasMessageContaining(message);
  }

  @Test
  void anArrayOfMillionsOfEmptyElements() {
    byte[] stream = new byte[8 + ContentHeader.LENGTH_BYTES_MAX];
    System.arraycopy(GVariant.uint32(ContentHeader.LENGTH_BYTES_MAX), 0, stream, 0, 4);
    // A link target of three bytes, so that the rest is whole offsets of four.
    Arrays.fill(stream, 8 + 16, 8 + 19, (byte) 't');
    stream[stream.length - 4] = 20;
    assertThatThrownBy(() -> read(stream))
        .isInstanceOf(OstreeFormatException.class)
        .hasMessageContaining("is empty or lies outside");
  }

  @Test
  void relatedObjects() {
    byte[] twice = GoldenObjects.COMMIT.clone();
    // The end of the related objects, moved into the subject.
    int at = twice.length - 6;
    assertThat(twice[at] & 0xff).isEqualTo(0xb6);
    twice[at] = (byte) 0xb8;
    assertThatThrownBy(() -> Commit.decode(twice)).isInstanceOf(OstreeFormatException.class);
  }

  private static ContentHeader read(byte[] stream) throws IOException {
    return ContentHeader.read(new ByteArrayInputStream(stream));
  }
}

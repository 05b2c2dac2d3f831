package io.deltaport.ostree;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.util.Sha256;
import io.deltaport.util.Xattr;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the real ostree wrote is read and written byte for byte. */
class GoldenObjectsTest {

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String utf8(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Test
  void commit() throws IOException {
    Commit commit = Commit.decode(GoldenObjects.COMMIT);
    assertThat(Checksum.of(GoldenObjects.COMMIT).hex()).isEqualTo(GoldenObjects.COMMIT_NAME);
    assertThat(commit.subject()).isEqualTo("First");
    assertThat(commit.body()).isEqualTo("Body\ntext");
    assertThat(commit.timestamp()).isEqualTo(1_700_000_000);
    assertThat(commit.parent()).isEmpty();
    assertThat(commit.tree().hex()).isEqualTo(GoldenObjects.ROOT_NAME);
    assertThat(commit.meta().hex()).isEqualTo(GoldenObjects.PLAIN_META_NAME);
    Map<String, Variant> metadata = commit.metadata();
    assertThat(metadata.keySet())
        .containsExactly("version", "n", "flag", "list", "bytes", "d", "ostree.ref-binding");
    assertThat(metadata.get("version").asString()).isEqualTo("1.2");
    assertThat(metadata.get("n").asUint64()).isEqualTo(7);
    assertThat(metadata.get("flag").asBool()).isTrue();
    assertThat(metadata.get("list").asStrings()).containsExactly("a", "bb", "");
    assertThat(metadata.get("bytes").asBytes()).containsExactly(1, 2);
    assertThat(metadata.get("d").type()).isEqualTo("a{sv}");
    assertThat(metadata.get("ostree.ref-binding").asStrings()).containsExactly("test/main");
    assertThat(commit.encode()).isEqualTo(GoldenObjects.COMMIT);
  }

  @Test
  void commitFromItsParts() throws IOException {
    Map<String, Variant> metadata = new LinkedHashMap<>();
    metadata.put("version", Variant.string("1.2"));
    metadata.put("n", Variant.uint64(7));
    metadata.put("flag", Variant.bool(true));
    metadata.put("list", Variant.strings(List.of("a", "bb", "")));
    metadata.put("bytes", Variant.bytes(new byte[] {1, 2}));
    metadata.put("d", Commit.decode(GoldenObjects.COMMIT).metadata().get("d"));
    metadata.put("ostree.ref-binding", Variant.strings(List.of("test/main")));
    Commit commit =
        new Commit(
            metadata,
            Optional.empty(),
            "First",
            "Body\ntext",
            1_700_000_000,
            Checksum.parse(GoldenObjects.ROOT_NAME),
            Checksum.parse(GoldenObjects.PLAIN_META_NAME));
    assertThat(commit.encode()).isEqualTo(GoldenObjects.COMMIT);
  }

  @Test
  void folders() throws IOException {
    DirTree root = DirTree.decode(GoldenObjects.ROOT);
    assertThat(root.files()).isEmpty();
    assertThat(root.folders()).extracting(f -> utf8(f.name())).containsExactly("etc", "usr", "var");
    assertThat(root.folders().getFirst().tree().hex()).isEqualTo(GoldenObjects.ETC_NAME);
    assertThat(root.folders().getFirst().meta().hex()).isEqualTo(GoldenObjects.ETC_META_NAME);
    assertThat(Checksum.of(root.encode()).hex()).isEqualTo(GoldenObjects.ROOT_NAME);
  }

  @Test
  void files() throws IOException {
    DirTree etc = DirTree.decode(GoldenObjects.ETC);
    assertThat(etc.folders()).isEmpty();
    assertThat(etc.files())
        .extracting(f -> utf8(f.name()))
        .containsExactly("B", "Z", "a", "empty", "zwei \u00e4");
    assertThat(Checksum.of(etc.encode()).hex()).isEqualTo(GoldenObjects.ETC_NAME);
  }

  @Test
  void emptyFolder() throws IOException {
    DirTree empty = new DirTree(List.of(), List.of());
    assertThat(empty.encode()).containsExactly(0);
    assertThat(DirTree.decode(empty.encode())).isEqualTo(empty);
    assertThat(Checksum.of(empty.encode()).hex()).isEqualTo(GoldenObjects.EMPTY_TREE_NAME);
  }

  @Test
  void folderMetadata() throws IOException {
    DirMeta meta = DirMeta.decode(GoldenObjects.ETC_META);
    assertThat(meta.mode()).isEqualTo(ContentHeader.TYPE_DIRECTORY | 0755);
    assertThat(utf8(meta.xattrs().getFirst().name())).isEqualTo("user.dir");
    assertThat(utf8(meta.xattrs().getFirst().value())).isEqualTo("d");
    assertThat(Checksum.of(meta.encode()).hex()).isEqualTo(GoldenObjects.ETC_META_NAME);
    assertThat(Checksum.of(new DirMeta(0, 0, 040755, List.of()).encode()).hex())
        .isEqualTo(GoldenObjects.PLAIN_META_NAME);
  }

  @Test
  void fileWithAttributesThatCameUnsorted() throws IOException {
    List<Xattr> xattrs =
        List.of(new Xattr(utf8("user.zz"), utf8("1")), new Xattr(utf8("user.aa"), utf8("two")));
    assertName(
        ContentHeader.regular(0, 0, 04755, xattrs),
        "hello\n",
        "83be5ea9be573a5583e2ea2067f3f8d152b9167d9a7fbd4e6e0354eb44be3ae7");
  }

  @Test
  void filesWithoutAttributes() throws IOException {
    assertName(
        ContentHeader.regular(0, 0, 0644, List.of()),
        "",
        "cc700d46f407c6c5ab2d5dde474366a928b7398277e61162e7f8ec06f469f07e");
    assertName(
        ContentHeader.regular(0, 0, 0644, List.of()),
        "x",
        "086bca4ef86474d13398a73f6f5aa713c534312db4af53530a1da02d61b09bcd");
    assertName(
        ContentHeader.regular(1000, 1001, 0600, List.of()),
        "",
        "2dd1b5d5388d5e0b4e71f712ab6ce99040b5ca61babeb4a660afd9379a4c7f1b");
  }

  @Test
  void symbolicLink() throws IOException {
    assertName(
        new ContentHeader(0, 0, 0120777, 0, utf8("../bin/hello"), List.of()),
        "",
        "d07e979fdd7331ee17a2f6a653ea0c315ccd1450893f19a2b644432576eca620");
  }

  private static void assertName(ContentHeader header, String content, String name)
      throws IOException {
    byte[] framed = header.encode();
    var digest = Sha256.newDigest();
    digest.update(framed);
    digest.update(utf8(content));
    assertThat(new Checksum(digest.digest()).hex()).isEqualTo(name);
    ByteArrayInputStream stream = new ByteArrayInputStream(framed);
    assertThat(ContentHeader.read(stream).encode()).isEqualTo(framed);
    assertThat(stream.available()).isZero();
  }
}

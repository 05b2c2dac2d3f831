package io.deltaport.ostree.repo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.ContentHeader;
import io.deltaport.ostree.ObjectName;
import io.deltaport.ostree.ObjectType;
import io.deltaport.ostree.OstreeFormatException;
import io.deltaport.util.Xattr;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the writer writes the reader reads, and neither takes a damaged object. */
class RepoWriterTest {
  private static final List<Xattr> XATTRS =
      List.of(new Xattr("user.a".getBytes(StandardCharsets.US_ASCII), new byte[] {0, 1}));

  @TempDir Path folder;

  private static byte[] object(ContentHeader header, String content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(header.encode());
    out.write(content.getBytes(StandardCharsets.UTF_8));
    return out.toByteArray();
  }

  private static ContentHeader link(String target) {
    return new ContentHeader(5, 6, 0120777, 0, target.getBytes(StandardCharsets.UTF_8), List.of());
  }

  @ParameterizedTest
  @EnumSource(names = {"ARCHIVE", "BARE_USER"})
  void filesComeBack(RepoMode mode) throws IOException {
    RepoWriter writer = RepoWriter.open(folder, mode);
    RepoReader reader = RepoReader.open(new LocalFiles(folder));
    assertThat(reader.mode()).isEqualTo(mode);
    List<byte[]> objects =
        List.of(
            object(ContentHeader.regular(1, 2, 04711, XATTRS), "content".repeat(9_999)),
            object(ContentHeader.regular(0, 0, 0, List.of()), ""),
            object(link("../else//where"), ""));
    for (byte[] object : objects) {
      Checksum checksum = Checksum.of(object);
      writer.file(checksum, new ByteArrayInputStream(object), object.length);
      assertThat(writer.has(new ObjectName(ObjectType.FILE, checksum))).isTrue();
      try (FileObject file = reader.file(checksum)) {
        byte[] content = file.content().readAllBytes();
        assertThat(content).hasSize((int) file.size());
        assertThat(object(file.header(), new String(content, StandardCharsets.UTF_8)))
            .isEqualTo(object);
      }
    }
  }

  @Test
  void aDamagedObjectLeavesNothing() throws IOException {
    RepoWriter writer = RepoWriter.open(folder, RepoMode.ARCHIVE);
    byte[] object = object(ContentHeader.regular(1, 2, 0644, XATTRS), "content");
    ObjectName name = new ObjectName(ObjectType.FILE, Checksum.of(new byte[] {1}));
    assertThatThrownBy(
            () -> writer.file(name.checksum(), new ByteArrayInputStream(object), object.length))
        .isInstanceOf(OstreeFormatException.class)
        .hasMessageContaining(name.toString());
    assertThat(writer.has(name)).isFalse();
    try (Stream<Path> left = Files.list(folder.resolve("tmp"))) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void aDamagedRepositoryIsReadNoFurther() throws IOException {
    RepoWriter.open(folder, RepoMode.ARCHIVE);
    RepoReader reader = RepoReader.open(new LocalFiles(folder));
    for (byte[] bytes : new byte[][] {{}, {0, 0, 0, 0, 0, 0, 0, 0}, {0, 0, 1, 0, 0, 0, 0, 0, 1}}) {
      ObjectName name = new ObjectName(ObjectType.FILE, Checksum.of(bytes));
      Path file = folder.resolve(name.path(true));
      Files.createDirectories(file.getParent());
      Files.write(file, bytes);
      assertThatThrownBy(() -> reader.file(name.checksum()))
          .isInstanceOf(OstreeFormatException.class)
          .hasMessageContaining(name.toString());
    }
    ObjectName commit = new ObjectName(ObjectType.COMMIT, Checksum.of(new byte[] {2}));
    Path file = folder.resolve(commit.path(true));
    Files.createDirectories(file.getParent());
    Files.write(file, new byte[] {3});
    assertThatThrownBy(() -> reader.metadata(commit))
        .isInstanceOf(OstreeFormatException.class)
        .hasMessageContaining(commit.toString());
    assertThat(reader.metadata(new ObjectName(ObjectType.DIRTREE, commit.checksum()))).isEmpty();
  }

  @Test
  void otherFoldersAreLeftAlone() throws IOException {
    Files.writeString(folder.resolve("something"), "else");
    assertThatThrownBy(() -> RepoWriter.open(folder, RepoMode.ARCHIVE))
        .isInstanceOf(OstreeFormatException.class);
    assertThatThrownBy(() -> RepoReader.open(new LocalFiles(folder)))
        .isInstanceOf(OstreeFormatException.class);
    Files.writeString(folder.resolve("config"), "[core]\nmode=bare-split-xattrs\n");
    assertThatThrownBy(() -> RepoReader.open(new LocalFiles(folder)))
        .isInstanceOf(OstreeFormatException.class)
        .hasMessageContaining("bare-split-xattrs");
  }
}

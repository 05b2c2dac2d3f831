package io.deltaport.ostree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltaport.util.Xattr;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.Test;

final class ArchiveFileTest {
  private static byte[] archive(ContentHeader header, byte[] content) throws IOException {
    ByteArrayOutputStream object = new ByteArrayOutputStream();
    object.write(header.encode());
    object.write(content);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ArchiveFile.write(new ByteArrayInputStream(object.toByteArray()), object.size(), out);
    return out.toByteArray();
  }

  @Test
  void theSizeComesFirstAndTheContentIsRawDeflate() throws IOException {
    byte[] content = "content ".repeat(50_000).getBytes(StandardCharsets.UTF_8);
    Xattr xattr = new Xattr(new byte[] {'u', '.', 'a'}, new byte[] {1, 2});
    byte[] file = archive(ContentHeader.regular(1, 2, 0644, List.of(xattr)), content);
    ByteBuffer header = ByteBuffer.wrap(file);
    int length = header.getInt();
    assertThat(header.getInt()).isZero();
    assertThat(header.getLong()).isEqualTo(content.length);
    assertThat(header.getInt()).isEqualTo(1);
    assertThat(header.getInt()).isEqualTo(2);
    assertThat(header.getInt()).isEqualTo(0100644);
    ByteArrayInputStream rest =
        new ByteArrayInputStream(Arrays.copyOfRange(file, 8 + length, file.length));
    assertThat(new InflaterInputStream(rest, new Inflater(true)).readAllBytes()).isEqualTo(content);
  }

  @Test
  void aLinkHasNothingAfterItsHeader() throws IOException {
    ContentHeader link =
        new ContentHeader(0, 0, ContentHeader.TYPE_SYMLINK | 0777, 0, new byte[] {'x'}, List.of());
    byte[] file = archive(link, new byte[0]);
    ByteBuffer header = ByteBuffer.wrap(file);
    assertThat(header.getInt()).isEqualTo(file.length - 8);
    header.getInt();
    assertThat(header.getLong()).isZero();
    assertThatThrownBy(() -> archive(link, new byte[] {1}))
        .isInstanceOf(OstreeFormatException.class);
  }
}

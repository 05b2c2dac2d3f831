package io.deltaport.ostree;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/**
 * Writes content objects in the form in which an archive keeps them, {@code .filez}: an {@link
 * ArchiveHeader}, and then, for a regular file only, the content as raw deflate.
 *
 * <p>Source of the format: {@code _ostree_raw_file_to_archive_stream} in libostree's {@code
 * ostree-core.c}.
 */
public final class ArchiveFile {
  /** Level of libostree itself: the next ones cost much time and save very little. */
  private static final int LEVEL = 6;

  private static final int BUFFER_BYTES = 1 << 16;

  private ArchiveFile() {}

  /**
   * Converts a content object. Memory is constant.
   *
   * @param object the object stream, read to its end
   * @param lengthBytes of the object stream
   * @throws OstreeFormatException if it is no content object
   */
  public static void write(InputStream object, long lengthBytes, OutputStream out)
      throws IOException {
    ContentHeader header = ContentHeader.read(object);
    long contentBytes = lengthBytes - header.encode().length;
    out.write(new ArchiveHeader(contentBytes, header).encode());
    if (header.isRegular()) {
      deflate(object, out);
    } else if (object.read() >= 0) {
      throw new OstreeFormatException("a content object that is no regular file has content");
    }
  }

  private static void deflate(InputStream content, OutputStream out) throws IOException {
    Deflater deflater = new Deflater(LEVEL, true);
    try {
      DeflaterOutputStream deflated = new DeflaterOutputStream(out, deflater, BUFFER_BYTES);
      content.transferTo(deflated);
      deflated.finish();
    } finally {
      deflater.end();
    }
  }
}

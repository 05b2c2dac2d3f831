package io.deltaport.registry;

import io.deltaport.util.ByteRange;
import io.deltaport.util.ByteRanges;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * The body of an answer with several parts of a blob: {@code multipart/byteranges} (RFC 9110,
 * section 14.6). Its length is known beforehand, and memory grows neither with it nor with the
 * number of parts.
 *
 * @param ranges the parts
 * @param boundary separates them and stands in none of them
 */
record MultipartRanges(ByteRanges ranges, String boundary) {
  private static final String NEW_LINE = "\r\n";

  /** Opens a part of the blob. */
  interface Source {
    InputStream open(ByteRange part) throws IOException;
  }

  /** Makes a body with a boundary that no blob can foresee. */
  static MultipartRanges of(ByteRanges ranges) {
    return new MultipartRanges(ranges, UUID.randomUUID().toString().replace("-", ""));
  }

  String contentType() {
    return "multipart/byteranges; boundary=" + boundary;
  }

  /** Returns the length of the body in bytes. */
  long length() {
    long length = end().length;
    for (ByteRange part : ranges.parts()) {
      length += head(part).length + part.length() + NEW_LINE.length();
    }
    return length;
  }

  void write(OutputStream out, Source source) throws IOException {
    for (ByteRange part : ranges.parts()) {
      out.write(head(part));
      try (InputStream content = source.open(part)) {
        content.transferTo(out);
      }
      out.write(NEW_LINE.getBytes(StandardCharsets.US_ASCII));
    }
    out.write(end());
  }

  private byte[] head(ByteRange part) {
    return ("--"
            + boundary
            + NEW_LINE
            + "Content-Type: application/octet-stream"
            + NEW_LINE
            + "Content-Range: "
            + part.contentRange(ranges.size())
            + NEW_LINE
            + NEW_LINE)
        .getBytes(StandardCharsets.US_ASCII);
  }

  private byte[] end() {
    return ("--" + boundary + "--" + NEW_LINE).getBytes(StandardCharsets.US_ASCII);
  }
}

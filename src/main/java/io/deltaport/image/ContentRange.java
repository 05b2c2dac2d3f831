package io.deltaport.image;

import io.deltaport.oci.ErrorCode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The place of an uploaded chunk, as the distribution specification writes it: {@code first-last},
 * both inclusive and counted from 0.
 */
public record ContentRange(long first, long last) {
  private static final Pattern FORM =
      Pattern.compile("(?:bytes[ =])?([0-9]{1,18})-([0-9]{1,18})(?:/.*)?");

  /**
   * Parses the header.
   *
   * @throws RegistryException with BLOB_UPLOAD_INVALID if it is malformed or ends before it starts
   */
  public static ContentRange parse(String header) {
    Matcher matcher = FORM.matcher(header.trim());
    if (!matcher.matches()) {
      throw invalid(header);
    }
    ContentRange range =
        new ContentRange(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)));
    if (range.last < range.first) {
      throw invalid(header);
    }
    return range;
  }

  private static RegistryException invalid(String header) {
    return new RegistryException(
        ErrorCode.BLOB_UPLOAD_INVALID,
        "Content-Range must be FIRST-LAST with FIRST <= LAST, for example 0-1023, not \""
            + header
            + "\"");
  }

  /** Returns how many bytes the chunk has. */
  public long length() {
    return last - first + 1;
  }
}

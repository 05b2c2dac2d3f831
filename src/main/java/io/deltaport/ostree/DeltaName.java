package io.deltaport.ostree;

import java.util.Base64;
import java.util.Optional;

/**
 * Which static delta it is. In metadata it is called by the checksums in hexadecimal digits, {@code
 * from-to} or {@code to}; its folder by Base64 with {@code _} for {@code /} and without padding,
 * after two characters a slash. Immutable.
 *
 * @param from the commit that a device has; empty when it needs none
 * @param to the commit that it gets
 */
public record DeltaName(Optional<Checksum> from, Checksum to) {
  /** Characters of a checksum in Base64. */
  private static final int BASE64_CHARS = 43;

  private static final int FOLDER_CHARS = 2;

  /** Returns the name in summaries and delta indexes. */
  public String hex() {
    return from.map(each -> each.hex() + "-").orElse("") + to.hex();
  }

  /** Returns the folder below {@code deltas/}. */
  public String folder() {
    String name = from.map(each -> base64(each) + "-").orElse("") + base64(to);
    return name.substring(0, FOLDER_CHARS) + "/" + name.substring(FOLDER_CHARS);
  }

  /** Reads the two segments of a folder's path; empty when it is none. */
  public static Optional<DeltaName> ofFolder(String first, String second) {
    if (first.length() != FOLDER_CHARS) {
      return Optional.empty();
    }
    String name = first + second;
    if (name.length() == BASE64_CHARS) {
      return checksum(name).map(to -> new DeltaName(Optional.empty(), to));
    }
    if (name.length() != 2 * BASE64_CHARS + 1 || name.charAt(BASE64_CHARS) != '-') {
      return Optional.empty();
    }
    return checksum(name.substring(0, BASE64_CHARS))
        .flatMap(
            from ->
                checksum(name.substring(BASE64_CHARS + 1))
                    .map(to -> new DeltaName(Optional.of(from), to)));
  }

  /** Reads the two segments of a path that ends in a checksum; empty when it is none. */
  public static Optional<Checksum> ofTarget(String first, String second) {
    return first.length() == FOLDER_CHARS ? checksum(first + second) : Optional.empty();
  }

  private static String base64(Checksum checksum) {
    return Base64.getEncoder().withoutPadding().encodeToString(checksum.bytes()).replace('/', '_');
  }

  private static Optional<Checksum> checksum(String base64) {
    if (base64.length() != BASE64_CHARS || base64.indexOf('/') >= 0) {
      return Optional.empty();
    }
    try {
      Checksum checksum = new Checksum(Base64.getDecoder().decode(base64.replace('_', '/')));
      // The last character has bits that stand for nothing.
      return base64(checksum).equals(base64) ? Optional.of(checksum) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}

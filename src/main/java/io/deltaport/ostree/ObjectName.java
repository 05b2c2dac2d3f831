package io.deltaport.ostree;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An object of a repository, written {@code <64 digits>.<type>} as libostree does. Immutable. */
public record ObjectName(ObjectType type, Checksum checksum) {
  private static final Pattern FORM = Pattern.compile("([0-9a-f]{64})\\.([a-z]{1,16})");
  private static final int FAN_OUT_DIGITS = 2;

  /** Parses a name, or gives nothing when the text is none. */
  public static Optional<ObjectName> tryParse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    return ObjectType.ofSuffix(matcher.group(2))
        .map(type -> new ObjectName(type, Checksum.parse(matcher.group(1))));
  }

  /** Returns the path of the object's file in a repository. */
  public String path(boolean archive) {
    String hex = checksum.hex();
    return "objects/"
        + hex.substring(0, FAN_OUT_DIGITS)
        + "/"
        + hex.substring(FAN_OUT_DIGITS)
        + "."
        + type.suffix()
        + (archive && type == ObjectType.FILE ? "z" : "");
  }

  @Override
  public String toString() {
    return checksum.hex() + "." + type.suffix();
  }
}

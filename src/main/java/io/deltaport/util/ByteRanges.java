package io.deltaport.util;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The parts of a blob that a Range header asks for, in the header's order.
 *
 * <p>A header that is malformed or names other units is ignored, and so is one that would cost more
 * than the whole blob, which RFC 9110 (section 14.2) leaves to the server. One with a range that
 * ends before it starts is refused like one of which nothing exists.
 *
 * @param kind what to answer
 * @param parts not empty exactly when the kind is {@code PARTIAL}
 * @param size of the whole blob in bytes
 */
public record ByteRanges(Kind kind, List<ByteRange> parts, long size) {
  /** Ranges in one header: what clients of zstd:chunked layers ask for at most. */
  public static final int RANGES_MAX = 1_024;

  /** Ranges that begin inside of an earlier one; RFC 9110 calls more than two suspicious. */
  public static final int OVERLAPS_MAX = 2;

  private static final Pattern UNIT = Pattern.compile("(?i)bytes=(.*)");
  private static final Pattern RANGE = Pattern.compile("[ \t]*([0-9]*)-([0-9]*)[ \t]*");

  /** Digits of a number that a long can hold, whichever they are. */
  private static final int DIGITS_MAX = 18;

  /** What to answer. */
  public enum Kind {
    /** 200 with all of it. */
    WHOLE,
    /** 206 with the parts. */
    PARTIAL,
    /** 416. */
    UNSATISFIABLE
  }

  public static ByteRanges whole(long size) {
    return new ByteRanges(Kind.WHOLE, List.of(), size);
  }

  public static ByteRanges unsatisfiable(long size) {
    return new ByteRanges(Kind.UNSATISFIABLE, List.of(), size);
  }

  public static ByteRanges parse(String header, long size) {
    Matcher unit = UNIT.matcher(header.trim());
    if (!unit.matches()) {
      return whole(size);
    }
    String[] specs = unit.group(1).split(",", RANGES_MAX + 1);
    if (specs.length > RANGES_MAX) {
      return whole(size);
    }
    List<ByteRange> parts = new ArrayList<>();
    boolean backwards = false;
    for (String spec : specs) {
      Matcher range = RANGE.matcher(spec);
      if (!range.matches() || (range.group(1).isEmpty() && range.group(2).isEmpty())) {
        return whole(size);
      }
      backwards |= isBackwards(range.group(1), range.group(2));
      part(range.group(1), range.group(2), size).ifPresent(parts::add);
    }
    if (backwards || parts.isEmpty()) {
      return unsatisfiable(size);
    }
    return isExcessive(parts, size) ? whole(size) : new ByteRanges(Kind.PARTIAL, parts, size);
  }

  private static boolean isBackwards(String first, String last) {
    return !first.isEmpty() && !last.isEmpty() && number(last) < number(first);
  }

  private static Optional<ByteRange> part(String first, String last, long size) {
    if (first.isEmpty()) {
      long length = Math.min(number(last), size);
      return length == 0 ? Optional.empty() : Optional.of(new ByteRange(size - length, length));
    }
    long from = number(first);
    long to = last.isEmpty() ? size - 1 : Math.min(size - 1, number(last));
    return to < from ? Optional.empty() : Optional.of(new ByteRange(from, to - from + 1));
  }

  /** Returns the number, or the largest one for any that is larger. */
  private static long number(String digits) {
    String significant = digits.replaceFirst("^0+(?=.)", "");
    return significant.length() > DIGITS_MAX ? Long.MAX_VALUE : Long.parseLong(significant);
  }

  private static boolean isExcessive(List<ByteRange> parts, long size) {
    if (parts.size() == 1) {
      return false;
    }
    long total = 0;
    long end = 0;
    int overlaps = 0;
    for (ByteRange part : parts.stream().sorted(Comparator.comparing(ByteRange::offset)).toList()) {
      // No overflow: there are 1,024 at most, and none is larger than a file can be.
      total += part.length();
      overlaps += part.offset() < end ? 1 : 0;
      end = Math.max(end, part.end());
    }
    return overlaps > OVERLAPS_MAX || total > size;
  }
}

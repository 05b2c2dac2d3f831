package io.deltaport.util;

import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a request for content makes its answer depend on (RFC 9110, sections 13 and 14). The entity
 * tag of a blob or a manifest is its digest in quotes, a strong one. Dates are ignored: content
 * named by its digest has none. Immutable.
 *
 * @param ifMatch the values of If-Match
 * @param ifNoneMatch the values of If-None-Match
 * @param ifRange the values of If-Range; more than one is malformed
 * @param range the values of Range; more than one is malformed
 */
public record Conditions(
    List<String> ifMatch, List<String> ifNoneMatch, List<String> ifRange, List<String> range) {
  private static final Pattern ENTITY_TAG = Pattern.compile("(W/)?(\"[^\"]*\")");

  /** What the conditions come to. */
  public enum Verdict {
    SEND,
    /** 304. */
    NOT_MODIFIED,
    /** 412. */
    FAILED
  }

  /**
   * Reads the conditions from a request.
   *
   * @param headers returns the values of the header fields with a name, in order
   */
  public static Conditions of(Function<String, List<String>> headers) {
    return new Conditions(
        headers.apply("If-Match"),
        headers.apply("If-None-Match"),
        headers.apply("If-Range"),
        headers.apply("Range"));
  }

  /** Says whether the request is for all of the content in any case. */
  public boolean isEmpty() {
    return ifMatch.isEmpty() && ifNoneMatch.isEmpty() && ifRange.isEmpty() && range.isEmpty();
  }

  /** Returns the entity tag of the content with this digest. */
  public static String entityTag(Object digest) {
    return "\"" + digest + "\"";
  }

  /** Says whether GET or HEAD of the content with this entity tag is to be answered. */
  public Verdict judge(String entityTag) {
    if (!ifMatch.isEmpty() && !names(ifMatch, entityTag, false)) {
      return Verdict.FAILED;
    }
    return names(ifNoneMatch, entityTag, true) ? Verdict.NOT_MODIFIED : Verdict.SEND;
  }

  /** Returns the parts to send of {@code size} bytes with this entity tag. */
  public ByteRanges ranges(String entityTag, long size) {
    boolean wanted =
        range.size() == 1
            && (ifRange.isEmpty()
                || (ifRange.size() == 1 && ifRange.getFirst().trim().equals(entityTag)));
    return wanted ? ByteRanges.parse(range.getFirst(), size) : ByteRanges.whole(size);
  }

  private static boolean names(List<String> values, String entityTag, boolean weakly) {
    for (String value : values) {
      if (value.trim().equals("*")) {
        return true;
      }
      Matcher tags = ENTITY_TAG.matcher(value);
      while (tags.find()) {
        if ((weakly || tags.group(1) == null) && tags.group(2).equals(entityTag)) {
          return true;
        }
      }
    }
    return false;
  }
}

package io.deltaport.tar;

import java.util.Arrays;

/**
 * The headers that stand before one entry and change what it is: pax records ({@code x}) and GNU's
 * long path ({@code L}) and long link target ({@code K}). Global pax records ({@code g}) outlive
 * it.
 */
final class ExtensionHeaders {
  private final PaxRecords global;
  private final TarLimits limits;
  private PaxRecords pax;
  private byte[] longName;
  private byte[] longLink;

  ExtensionHeaders(PaxRecords global, TarLimits limits) {
    this.global = global;
    this.limits = limits;
  }

  static boolean isExtension(byte flag) {
    return flag == 'x' || flag == 'g' || flag == 'L' || flag == 'K';
  }

  /** Adds the header of type {@code flag} that starts at byte {@code start}. */
  void add(byte flag, byte[] data, long start) throws TarException {
    switch (flag) {
      case 'x' -> addPax(data, start);
      case 'g' -> {
        checkNone(start);
        global.add(data, limits, start);
      }
      case 'L' -> longName = name(longName, data, start);
      case 'K' -> longLink = name(longLink, data, start);
      default -> throw new IllegalArgumentException("flag " + flag);
    }
  }

  private void addPax(byte[] data, long start) throws TarException {
    if (pax != null) {
      throw new TarException("two pax headers for one entry", start);
    }
    pax = new PaxRecords(global);
    pax.add(data, limits, start);
  }

  private static byte[] name(byte[] earlier, byte[] data, long start) throws TarException {
    if (earlier != null) {
      throw new TarException("two long names for one entry", start);
    }
    int end = data.length;
    while (end > 0 && data[end - 1] == 0) {
      end--;
    }
    return Arrays.copyOf(data, end);
  }

  /** Fails if a header waits for its entry. */
  void checkNone(long offset) throws TarException {
    if (pax != null || longName != null || longLink != null) {
      throw new TarException("an extension header without an entry", offset);
    }
  }

  PaxRecords pax() {
    return pax == null ? global : pax;
  }

  /** Returns the path; that of a sparse file stands in a record of its own. */
  byte[] path(TarHeader header, boolean sparse, long start) throws TarException {
    byte[] sparseName = pax().bytes("GNU.sparse.name");
    if (sparseName != null && !sparse) {
      throw new TarException("the name of a sparse file on another entry", start);
    }
    return choose(
        header.path(), longName, sparseName == null ? pax().bytes("path") : sparseName, start);
  }

  byte[] linkTarget(TarHeader header, long start) throws TarException {
    return choose(header.linkTarget(), longLink, pax().bytes("linkpath"), start);
  }

  private byte[] choose(byte[] own, byte[] gnu, byte[] pax, long start) throws TarException {
    if (gnu != null && pax != null && !Arrays.equals(gnu, pax)) {
      throw new TarException("the pax and the GNU headers state different names", start);
    }
    byte[] chosen = pax != null ? pax : gnu != null ? gnu : own;
    if (chosen.length > limits.pathBytesMax()) {
      throw new TarException("a name of " + chosen.length + " bytes", start);
    }
    for (byte b : chosen) {
      if (b == 0) {
        throw new TarException("a name with a zero byte", start);
      }
    }
    return chosen;
  }
}

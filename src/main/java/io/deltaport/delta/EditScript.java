package io.deltaport.delta;

import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/**
 * How a target is made from a source, independent of any delta format: copies, additions and
 * literals in the order of the target. Immutable; about 8 bytes of memory for each edit.
 */
public final class EditScript {
  private static final int COPY = 0;
  private static final int ADD = 1;
  private static final int LITERAL = 2;
  private static final int KIND_BITS = 2;
  private static final int KIND_MASK = (1 << KIND_BITS) - 1;

  /** About what an edit costs in a compressed delta. */
  private static final int EDIT_COST_BYTES = 4;

  /** About what it costs to name the old file; its path is like the name in the tar header. */
  private static final int OPEN_COST_BYTES = 16;

  // Two numbers for each edit: length and kind, then the source offset.
  private final int[] edits;

  private EditScript(int[] edits) {
    this.edits = edits;
  }

  /** Returns a script that takes nothing from the source. */
  static EditScript literal(int length) {
    Builder builder = new Builder();
    builder.literal(length);
    return builder.build();
  }

  /**
   * Returns the script that {@link #toInts} gave, empty if it reaches beyond the source or does not
   * make so many bytes.
   */
  static Optional<EditScript> ofInts(int[] edits, long sourceBytes, long targetBytes) {
    EditScript script = new EditScript(edits);
    long made = 0;
    for (int i = 0; i + 1 < edits.length; i += 2) {
      int length = edits[i] >>> KIND_BITS;
      int kind = edits[i] & KIND_MASK;
      boolean inSource =
          kind == LITERAL || (edits[i + 1] >= 0 && (long) edits[i + 1] + length <= sourceBytes);
      if (length == 0 || kind > LITERAL || !inSource) {
        return Optional.empty();
      }
      made += length;
    }
    return edits.length % 2 == 0 && made == targetBytes ? Optional.of(script) : Optional.empty();
  }

  /** Returns the script as numbers that {@link #ofInts} takes. */
  int[] toInts() {
    return edits.clone();
  }

  /** Returns how many bytes it makes. */
  public long targetBytes() {
    long bytes = 0;
    for (int i = 0; i < edits.length; i += 2) {
      bytes += edits[i] >>> KIND_BITS;
    }
    return bytes;
  }

  /** Returns how many bytes must be known besides the source: differences and literals. */
  long dataBytes() {
    long bytes = 0;
    for (int i = 0; i < edits.length; i += 2) {
      bytes += (edits[i] & KIND_MASK) == COPY ? 0 : edits[i] >>> KIND_BITS;
    }
    return bytes;
  }

  /** Returns the number of edits. */
  public int size() {
    return edits.length / 2;
  }

  /** Returns how many of the target's bytes come from the source, as they are or by addition. */
  public long matchedBytes() {
    long matched = 0;
    for (int i = 0; i < edits.length; i += 2) {
      matched += (edits[i] & KIND_MASK) == LITERAL ? 0 : edits[i] >>> KIND_BITS;
    }
    return matched;
  }

  /** Returns whether the matches save more than the edits and opening the source cost. */
  public boolean isWorthwhile() {
    return matchedBytes() > OPEN_COST_BYTES + (long) EDIT_COST_BYTES * size();
  }

  /** Tells {@code sink} every edit. */
  public void forEach(EditSink sink) throws IOException {
    long target = 0;
    for (int i = 0; i < edits.length; i += 2) {
      int length = edits[i] >>> KIND_BITS;
      switch (edits[i] & KIND_MASK) {
        case COPY -> sink.copy(edits[i + 1], target, length);
        case ADD -> sink.add(edits[i + 1], target, length);
        default -> sink.literal(target, length);
      }
      target += length;
    }
  }

  /** Collects edits; neighbours that continue each other become one. Not thread-safe. */
  static final class Builder {
    /** Longest target: a length shares an int with the kind. */
    static final int LENGTH_MAX_BYTES = (1 << (Integer.SIZE - KIND_BITS)) - 1;

    private static final int INITIAL_INTS = 64;

    private int[] edits = new int[INITIAL_INTS];
    private int used;

    void copy(int sourceOffset, int length) {
      put(COPY, sourceOffset, length);
    }

    void add(int sourceOffset, int length) {
      put(ADD, sourceOffset, length);
    }

    void literal(int length) {
      put(LITERAL, 0, length);
    }

    EditScript build() {
      return new EditScript(Arrays.copyOf(edits, used));
    }

    private void put(int kind, int source, int length) {
      if (length == 0 || mergedWithLast(kind, source, length)) {
        return;
      }
      if (used == edits.length) {
        edits = Arrays.copyOf(edits, used * 2);
      }
      edits[used++] = (length << KIND_BITS) | kind;
      edits[used++] = source;
    }

    private boolean mergedWithLast(int kind, int source, int length) {
      if (used == 0 || (edits[used - 2] & KIND_MASK) != kind) {
        return false;
      }
      int lastLength = edits[used - 2] >>> KIND_BITS;
      if (kind != LITERAL && edits[used - 1] + lastLength != source) {
        return false;
      }
      edits[used - 2] = ((lastLength + length) << KIND_BITS) | kind;
      return true;
    }
  }
}

package io.deltaport.layer;

import io.deltaport.ostree.Checksum;
import io.deltaport.store.ObjectIndex;
import io.deltaport.store.ObjectKind;
import io.deltaport.store.pack.PackObject;
import io.deltaport.store.pack.PackWriter;
import io.deltaport.util.Sha256;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes those objects to a pack that the store does not have. Not thread-safe.
 *
 * <p>Small objects wait in an arena until a batch of them is looked up at once; only unknown ones
 * are compressed. Large ones are compressed while they come and taken back when they turn out to be
 * known, so that no object needs memory of its size. Call {@link #flush} before publishing the
 * pack.
 */
public final class ObjectSink {
  /** Memory for waiting objects: about a thousand files of a usual operating system. */
  private static final int ARENA_BYTES = 16 << 20;

  /** Largest object that waits; packs write larger ones as they come. */
  public static final int SMALL_MAX_BYTES = 1 << 20;

  private final PackWriter pack;
  private final ObjectIndex index;
  private final byte[] arena = new byte[ARENA_BYTES];
  private final Map<Checksum, Waiting> waiting = new LinkedHashMap<>();
  private final MessageDigest digest = Sha256.newDigest();
  private int used;
  private long newObjects;
  private long newBytes;
  private long knownObjects;
  private long knownBytes;

  private final Map<Checksum, Header> waitingHeaders = new LinkedHashMap<>();

  private record Waiting(ObjectKind kind, int offset, int length) {}

  private record Header(byte[] header, Checksum base, long length) {}

  public ObjectSink(PackWriter pack, ObjectIndex index) {
    this.pack = pack;
    this.index = index;
  }

  /** Returns where in {@link #arena} a small object of {@code length} bytes can be put. */
  int reserve(int length) throws IOException {
    if (length > arena.length - used || waiting.size() == ObjectIndex.BATCH_MAX) {
      flush();
    }
    return used;
  }

  byte[] arena() {
    return arena;
  }

  /** Takes the object that was put where {@link #reserve} said; returns its name. */
  Checksum commit(ObjectKind kind, int length) {
    digest.update(arena, used, length);
    Checksum object = new Checksum(digest.digest());
    if (pack.contains(object) || waiting.containsKey(object)) {
      known(length);
    } else {
      waiting.put(object, new Waiting(kind, used, length));
      used += length;
    }
    return object;
  }

  /** Takes an object that is at hand as a whole; returns its name. */
  public Checksum add(ObjectKind kind, byte[] object) throws IOException {
    if (object.length > SMALL_MAX_BYTES) {
      PackObject large = pack.begin(kind, object.length);
      large.write(object);
      return settle(large, object.length);
    }
    System.arraycopy(object, 0, arena, reserve(object.length), object.length);
    return commit(kind, object.length);
  }

  /**
   * Takes a regular file that has the content of another one under a header of its own.
   *
   * @param object its name
   * @param header its framed header
   * @param base the file with the content, which the store has
   * @param length bytes of the whole object stream
   */
  void addHeader(Checksum object, byte[] header, Checksum base, long length) throws IOException {
    if (waitingHeaders.size() == ObjectIndex.BATCH_MAX) {
      flushHeaders();
    }
    if (pack.contains(object)
        || waitingHeaders.putIfAbsent(object, new Header(header, base, length)) != null) {
      known(length);
    }
  }

  private void flushHeaders() throws IOException {
    if (waitingHeaders.isEmpty()) {
      return;
    }
    Set<Checksum> stored = index.find(waitingHeaders.keySet()).keySet();
    for (Map.Entry<Checksum, Header> entry : waitingHeaders.entrySet()) {
      Header object = entry.getValue();
      if (stored.contains(entry.getKey())) {
        known(object.length());
      } else {
        pack.addHeader(entry.getKey(), object.header(), object.base(), object.length());
        fresh(object.header().length);
      }
    }
    waitingHeaders.clear();
  }

  /** Begins a large object, which {@link #settle} ends. */
  public PackObject begin(ObjectKind kind, long length) throws IOException {
    return pack.begin(kind, length);
  }

  /** Keeps a large object, or takes it back when it is known; returns its name. */
  public Checksum settle(PackObject object, long length) throws IOException {
    Checksum name = object.checksum();
    if (!index.find(List.of(name)).isEmpty()) {
      object.rollBack();
      known(length);
    } else if (object.keep()) {
      fresh(length);
    } else {
      known(length);
    }
    return name;
  }

  /** Looks the waiting objects up and writes the unknown ones. */
  public void flush() throws IOException {
    flushHeaders();
    if (waiting.isEmpty()) {
      return;
    }
    Set<Checksum> stored = index.find(waiting.keySet()).keySet();
    for (Map.Entry<Checksum, Waiting> entry : waiting.entrySet()) {
      Waiting object = entry.getValue();
      if (stored.contains(entry.getKey())) {
        known(object.length());
      } else {
        pack.add(entry.getKey(), object.kind(), arena, object.offset(), object.length());
        fresh(object.length());
      }
    }
    waiting.clear();
    used = 0;
  }

  AbsorbStatistics statistics() {
    return new AbsorbStatistics(newObjects, newBytes, knownObjects, knownBytes);
  }

  private void fresh(long length) {
    newObjects++;
    newBytes += length;
  }

  private void known(long length) {
    knownObjects++;
    knownBytes += length;
  }
}

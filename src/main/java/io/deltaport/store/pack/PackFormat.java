package io.deltaport.store.pack;

import io.deltaport.util.Sha256;
import java.nio.charset.StandardCharsets;

/** Numbers of the pack format, version 1, as docs/formats/pack.md describes it; big-endian. */
final class PackFormat {
  static final int VERSION = 1;

  /** First eight bytes; CR LF and NUL tell a transfer that changed line ends. */
  static final byte[] HEAD_MAGIC = "DPPACK\r\n".getBytes(StandardCharsets.US_ASCII);

  /** The eight bytes before the pack's digest. */
  static final byte[] FOOT_MAGIC = "DPPKEND\n".getBytes(StandardCharsets.US_ASCII);

  /** Magic, u32 version, u32 flags. */
  static final int HEAD_BYTES = 16;

  /** Distance of the fields of an index entry from its start. */
  static final int ENTRY_OFFSET_AT = 32;

  static final int ENTRY_STORED_LENGTH_AT = 40;
  static final int ENTRY_LENGTH_AT = 48;
  static final int ENTRY_KIND_AT = 56;
  static final int ENTRY_STORAGE_AT = 57;

  /** u32 position in the content of a frame that several objects share. */
  static final int ENTRY_POSITION_AT = 58;

  static final int ENTRY_POSITION_END = ENTRY_POSITION_AT + 4;
  static final int ENTRY_BYTES = 64;

  /** Flag of the footer: entries have their base's checksum at the end, or zeros. */
  static final int FLAG_BASES = 1;

  /** Flag of the footer: some objects share frames. */
  static final int FLAG_SHARED = 2;

  static final int FLAGS_KNOWN = FLAG_BASES | FLAG_SHARED;

  /** Bytes that {@link #FLAG_BASES} adds to each entry. */
  static final int BASE_BYTES = Sha256.LENGTH_BYTES;

  /**
   * u64 index offset, u64 index length, u64 entries, SHA-256 of the index, u32 version, u32 flags,
   * magic, SHA-256 of everything before it.
   */
  static final int FOOT_BYTES = 3 * 8 + Sha256.LENGTH_BYTES + 2 * 4 + 8 + Sha256.LENGTH_BYTES;

  /** Most objects in a pack: its index takes 256 MiB then, which the writer holds in memory. */
  static final int OBJECTS_MAX = 1 << 22;

  /** Largest window that a frame may ask for, as a power of two: 128 MiB, zstd's own default. */
  static final int WINDOW_LOG_MAX = 27;

  private PackFormat() {}
}

package io.deltaport.delta.staticdelta;

import io.deltaport.delta.DeltaEffort;
import io.deltaport.delta.FileComparison;
import io.deltaport.delta.FileComparison.Compared;
import io.deltaport.delta.SourceFile;
import io.deltaport.delta.xz.XzEffort;
import io.deltaport.delta.xz.XzEncoder;
import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.staticdelta.PartEncoder;
import io.deltaport.ostree.staticdelta.PartHeader;
import io.deltaport.store.ObjectReader;
import io.deltaport.util.Sha256;
import io.deltaport.util.Unclosed;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.List;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZ;
import org.tukaani.xz.XZOutputStream;

/** Makes one part: payload and operations of some objects, compressed. Thread-safe. */
final class PartMaker {
  /** Half of the usual part; decoders of 100 MiB take up to 64 MiB. */
  private static final int DICTIONARY_BYTES = 16 << 20;

  private static final XzEffort PATCHES = new XzEffort(8, XzEffort.NICE_LENGTH_MAX);

  /** Matches from here on are taken without looking further; the largest is 273. */
  private static final int NICE_LENGTH = 128;

  private static final int SEARCH_DEPTH = 12;

  /** What a payload takes of memory before it goes to a file. */
  private static final int PAYLOAD_MEMORY_BYTES = 64 << 20;

  /** The same of a compressed part, of which several may wait for an earlier one. */
  private static final int PART_MEMORY_BYTES = 8 << 20;

  /** What a patch of a large file takes of memory before it goes to a file. */
  private static final int PATCH_MEMORY_BYTES = 16 << 20;

  private static final int BUFFER_BYTES = 64 << 10;

  /** A file this small costs less as it is than naming its older form. */
  private static final int COMPARED_MIN_BYTES = 64;

  /** Clients have the whole older and new file in memory to apply a patch, but not for ranges. */
  private static final long PATCHED_MAX_BYTES = 128 << 20;

  private final ObjectReader objects;
  private final FileComparison comparison;
  private final StaticDeltaOptions options;

  PartMaker(ObjectReader objects, StaticDeltaOptions options) {
    this.objects = objects;
    this.options = options;
    this.comparison =
        new FileComparison(objects, options.tempFolder(), options.effort(), options.patches());
  }

  /** Makes the part; the caller closes it. */
  FinishedPart make(List<NewObject> planned) throws IOException {
    try (PartBuilder builder =
        new PartBuilder(new SpillBuffer(PAYLOAD_MEMORY_BYTES, options.tempFolder()), planned)) {
      for (NewObject object : planned) {
        put(object, builder);
      }
      return compress(builder);
    }
  }

  private void put(NewObject object, PartBuilder builder) throws IOException {
    if (object.object().isMetadata()) {
      try (InputStream in = objects.open(object.object().checksum())) {
        builder.metadata(object, in);
      }
    } else if (object.header().orElseThrow().isRegular()) {
      putFile(object, builder);
    } else {
      byte[] target = object.header().orElseThrow().symlinkTarget();
      builder.whole(object, new ByteArrayInputStream(target));
    }
  }

  private void putFile(NewObject object, PartBuilder builder) throws IOException {
    if (object.older().isPresent()
        && object.length() >= COMPARED_MIN_BYTES
        && putPatched(object, builder)) {
      return;
    }
    try (InputStream in = objects.openContent(object.object().checksum())) {
      builder.whole(object, in);
    }
  }

  /** Writes a file from its older form unless that is of no use. */
  private boolean putPatched(NewObject object, PartBuilder builder) throws IOException {
    SourceFile older = object.older().orElseThrow();
    Checksum checksum = object.object().checksum();
    if (FileComparison.isOnePiece(older.length(), object.length())) {
      return putOnePiece(object, comparison.compare(older, checksum, object.length()), builder);
    }
    PartBuilder.Pieces pieces =
        each -> comparison.comparePieces(older, checksum, object.length(), each);
    if (Math.max(older.length(), object.length()) > PATCHED_MAX_BYTES) {
      builder.ranges(object, pieces);
      return true;
    }
    try (SpillBuffer patch = new SpillBuffer(PATCH_MEMORY_BYTES, options.tempFolder())) {
      BspatchWriter writer = new BspatchWriter(patch);
      pieces.forEach(piece -> writer.write(piece.patch()));
      boolean fits = patch.length() - object.length() <= builder.roomBytes();
      if (fits) {
        builder.patched(object, patch.read(), patch.length());
      }
      return fits;
    }
  }

  private static boolean putOnePiece(NewObject object, Compared compared, PartBuilder builder)
      throws IOException {
    switch (Encoding.of(compared, builder.roomBytes())) {
      case Encoding.Patched(byte[] bytes) ->
          builder.patched(object, new ByteArrayInputStream(bytes), bytes.length);
      case Encoding.Ranges() -> builder.ranges(object, each -> each.patch(compared));
      case Encoding.Whole() -> {
        return false;
      }
    }
    return true;
  }

  private FinishedPart compress(PartBuilder builder) throws IOException {
    SpillBuffer part = new SpillBuffer(PART_MEMORY_BYTES, options.tempFolder());
    try {
      MessageDigest digest = Sha256.newDigest();
      OutputStream out = new DigestOutputStream(part, digest);
      out.write(PartEncoder.XZ);
      try (InputStream payload = builder.payload().read();
          OutputStream xz = compressed(builder, Unclosed.of(out))) {
        builder.encoder().write(payload, xz);
      }
      PartHeader header =
          new PartHeader(
              new Checksum(digest.digest()),
              part.length(),
              builder.objectBytes(),
              builder.objects());
      return new FinishedPart(header, part, builder.patched(), builder.patchedBytes());
    } catch (IOException | RuntimeException | Error e) {
      part.close();
      throw e;
    }
  }

  /** Patches are, also beside some compressed files, but not the files themselves. */
  private static boolean isMostlyZeros(SpillBuffer payload) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    long zeros = 0;
    try (InputStream in = payload.read()) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        for (int i = 0; i < count; i++) {
          zeros += buffer[i] == 0 ? 1 : 0;
        }
      }
    }
    return zeros > payload.length() / 2;
  }

  /** Where zeros are the rule, the presets of xz spend their time on those. */
  private OutputStream compressed(PartBuilder builder, OutputStream out) throws IOException {
    boolean fast = options.effort() == DeltaEffort.FAST;
    if (!fast && isMostlyZeros(builder.payload())) {
      return new XzEncoder(out, PATCHES);
    }
    LZMA2Options xz = new LZMA2Options(LZMA2Options.PRESET_DEFAULT);
    xz.setDictSize(DICTIONARY_BYTES);
    xz.setMatchFinder(LZMA2Options.MF_HC4);
    xz.setMode(fast ? LZMA2Options.MODE_FAST : LZMA2Options.MODE_NORMAL);
    xz.setNiceLen(fast ? LZMA2Options.NICE_LEN_MAX : NICE_LENGTH);
    xz.setDepthLimit(SEARCH_DEPTH);
    return new XZOutputStream(out, xz, XZ.CHECK_CRC32);
  }
}

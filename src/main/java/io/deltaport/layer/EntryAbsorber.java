package io.deltaport.layer;

import io.deltaport.ostree.Checksum;
import io.deltaport.store.ObjectKind;
import io.deltaport.store.pack.PackObject;
import io.deltaport.tar.TarEntry;
import io.deltaport.tar.TarType;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;

/**
 * Turns entries of a tar into objects and recipe records, each byte read once. Not thread-safe.
 *
 * <p>The data of an entry that is no file, for example of a whiteout, is not read here and so
 * becomes a literal.
 */
final class EntryAbsorber {
  private static final int BUFFER_BYTES = 128 * 1024;
  private static final byte[] NONE = new byte[0];

  private final ObjectSink sink;
  private final RecipeWriter recipe;
  private final LayerLimits limits;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private final byte[] zeros = new byte[BUFFER_BYTES];
  private long filesLength;

  EntryAbsorber(ObjectSink sink, RecipeWriter recipe, LayerLimits limits) {
    this.sink = sink;
    this.recipe = recipe;
    this.limits = limits;
  }

  /**
   * Takes one entry.
   *
   * @param content its data as it is in the archive
   * @throws NotAbsorbableException if it has no place in a tree
   */
  void absorb(TarEntry entry, InputStream content) throws IOException {
    byte[] path = TarPath.normalise(entry.path(), limits);
    byte[] name = TarPath.name(path);
    if (TarPath.isMetaMarker(name)) {
      return;
    }
    if (TarPath.isOpaqueMarker(name)) {
      recipe.entry(plain(EntryKind.OPAQUE, TarPath.parent(path), NONE));
    } else if (TarPath.isWhiteout(name)) {
      recipe.entry(plain(EntryKind.WHITEOUT, hidden(path, name), NONE));
    } else if (entry.type() == TarType.HARD_LINK) {
      byte[] target = TarPath.normalise(entry.linkTarget(), limits);
      recipe.entry(plain(EntryKind.HARD_LINK, path, target));
    } else {
      absorbObject(path, entry, content);
    }
  }

  private static byte[] hidden(byte[] path, byte[] name) throws NotAbsorbableException {
    byte[] hidden = TarPath.child(TarPath.parent(path), TarPath.hiddenName(name));
    if (!TarPath.isNormal(hidden) || hidden.length == TarPath.parent(path).length) {
      throw new NotAbsorbableException(
          "has the whiteout '" + TarPath.show(path) + "', which hides no name");
    }
    return hidden;
  }

  private void absorbObject(byte[] path, TarEntry entry, InputStream content) throws IOException {
    EntryKind kind = kindOf(path, entry);
    if (kind == EntryKind.FOLDER) {
      Checksum meta = sink.add(ObjectKind.DIRMETA, FileMetadata.dirMeta(entry));
      recipe.entry(new RecipeRecord.Entry(kind, path, meta, 0, NONE));
      return;
    }
    byte[] header = FileMetadata.contentHeader(entry);
    if (!kind.isRegular()) {
      Checksum object = sink.add(ObjectKind.FILE, header);
      recipe.entry(new RecipeRecord.Entry(kind, path, object, 0, NONE));
      return;
    }
    countFile(entry.realSize());
    Checksum object = store(header, entry, content);
    if (entry.isSparse()) {
      for (TarEntry.Extent extent : entry.extents()) {
        recipe.content(object, extent.offset(), extent.length());
      }
    } else {
      recipe.content(object, 0, entry.size());
    }
    recipe.entry(new RecipeRecord.Entry(kind, path, object, entry.realSize(), NONE));
  }

  private static EntryKind kindOf(byte[] path, TarEntry entry) throws NotAbsorbableException {
    return switch (entry.type()) {
      case FILE -> entry.isSparse() ? EntryKind.SPARSE_FILE : EntryKind.FILE;
      case SYMLINK -> EntryKind.SYMLINK;
      case CHARACTER_DEVICE, BLOCK_DEVICE, FIFO -> EntryKind.SPECIAL;
      case DIRECTORY -> EntryKind.FOLDER;
      case HARD_LINK, OTHER ->
          throw new NotAbsorbableException(
              "has the entry '%s' of the unknown type '%s'"
                  .formatted(TarPath.show(path), TarPath.show(new byte[] {entry.flag()})));
    };
  }

  private void countFile(long length) throws NotAbsorbableException {
    if (length > limits.expandedMaxBytes() - filesLength) {
      throw new NotAbsorbableException(
          "has files of more than the limit of " + limits.expandedMaxBytes() + " bytes");
    }
    filesLength += length;
  }

  private Checksum store(byte[] header, TarEntry entry, InputStream content) throws IOException {
    long length = header.length + entry.realSize();
    if (length <= ObjectSink.SMALL_MAX_BYTES) {
      int at = sink.reserve((int) length);
      System.arraycopy(header, 0, sink.arena(), at, header.length);
      fill(sink.arena(), at + header.length, entry, content);
      return sink.commit(ObjectKind.FILE, (int) length);
    }
    PackObject object = sink.begin(ObjectKind.FILE, length);
    object.write(header);
    copy(object, entry, content);
    return sink.settle(object, length);
  }

  private static List<TarEntry.Extent> extents(TarEntry entry) {
    return entry.isSparse() ? entry.extents() : List.of(new TarEntry.Extent(0, entry.size()));
  }

  private static void fill(byte[] target, int start, TarEntry entry, InputStream content)
      throws IOException {
    int position = 0;
    for (TarEntry.Extent extent : extents(entry)) {
      int offset = (int) extent.offset();
      int length = (int) extent.length();
      Arrays.fill(target, start + position, start + offset, (byte) 0);
      if (content.readNBytes(target, start + offset, length) < length) {
        throw new EOFException("the tar reader gave less than the entry has");
      }
      position = offset + length;
    }
    Arrays.fill(target, start + position, start + (int) entry.realSize(), (byte) 0);
  }

  private void copy(PackObject object, TarEntry entry, InputStream content) throws IOException {
    long position = 0;
    for (TarEntry.Extent extent : extents(entry)) {
      writeZeros(object, extent.offset() - position);
      copy(object, extent.length(), content);
      position = extent.offset() + extent.length();
    }
    writeZeros(object, entry.realSize() - position);
  }

  private void copy(PackObject object, long length, InputStream content) throws IOException {
    for (long left = length; left > 0; ) {
      int got = content.read(buffer, 0, (int) Math.min(buffer.length, left));
      if (got < 0) {
        throw new EOFException("the tar reader gave less than the entry has");
      }
      object.write(buffer, 0, got);
      left -= got;
    }
  }

  private void writeZeros(PackObject object, long length) throws IOException {
    for (long left = length; left > 0; left -= zeros.length) {
      object.write(zeros, 0, (int) Math.min(zeros.length, left));
    }
  }

  private static RecipeRecord.Entry plain(EntryKind kind, byte[] path, byte[] target) {
    return new RecipeRecord.Entry(kind, path, null, 0, target);
  }
}

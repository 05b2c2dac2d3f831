package io.deltaport.layer;

import io.deltaport.oci.Digest;
import io.deltaport.store.ObjectReader;
import io.deltaport.store.driver.Driver;
import io.deltaport.tar.LiteralSink;
import io.deltaport.tar.TarEntry;
import io.deltaport.tar.TarLimits;
import io.deltaport.tar.TarReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * Writes the layer that makes one image of another: the entries of the target's layers for what
 * differs, byte for byte as they are there, and whiteouts for what is gone. Not thread-safe.
 *
 * <p>Files whose times alone differ are left as they are.
 */
public final class ChangesLayer {
  private static final int BLOCK_BYTES = 512;
  private static final int FLAG_OFFSET = 156;

  private final ObjectReader objects;
  private final OutputStream out;
  private final TreeChanges changes;
  private final SortedSet<byte[]> missing;

  private ChangesLayer(ObjectReader objects, OutputStream out, TreeChanges changes) {
    this.objects = objects;
    this.out = out;
    this.changes = changes;
    this.missing = new TreeSet<>(Arrays::compareUnsigned);
    missing.addAll(changes.changed());
  }

  /**
   * Writes the layer's tar.
   *
   * @param layers diff_ids of the target's layers, bottom first, which have recipes
   * @param objects has what the target's layers consist of
   * @param out stays open
   * @throws NotRestackableException if no layer of this kind makes the target
   */
  public static void write(
      FlatTree source,
      FlatTree target,
      Driver driver,
      List<Digest> layers,
      ObjectReader objects,
      OutputStream out)
      throws IOException, NotRestackableException {
    TreeChanges changes = TreeChanges.between(source, target, driver, layers);
    ChangesLayer writer = new ChangesLayer(objects, out, changes);
    for (int layer = 0; layer < layers.size(); layer++) {
      if (changes.hasFrom(layer)) {
        try (RecipeReader recipe = RecipeReader.open(driver, layers.get(layer))) {
          writer.entries(recipe, layer);
        }
      }
    }
    writer.rest();
  }

  private void entries(RecipeReader recipe, int layer) throws IOException, NotRestackableException {
    Set<?> wanted = changes.objects();
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    LiteralSink literals = header::write;
    try (InputStream tar = new RecipeTar(recipe, objects, wanted::contains)) {
      TarReader reader = new TarReader(tar, TarLimits.DEFAULT, literals);
      int padding = 0;
      for (TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
        byte[] literal = header.toByteArray();
        header.reset();
        byte[] path = TarPath.normalise(entry.path(), LayerLimits.DEFAULT);
        int nextPadding = padding(entry.size());
        if (isMark(path) || !changes.isFrom(path, layer)) {
          reader.content().transferTo(OutputStream.nullOutputStream());
        } else {
          checkNotGlobal(literal, padding, path);
          out.write(literal, padding, literal.length - padding);
          reader.content().transferTo(out);
          out.write(new byte[nextPadding]);
          missing.remove(path);
        }
        padding = nextPadding;
      }
    }
  }

  private static boolean isMark(byte[] path) {
    return path.length > 0 && TarPath.isWhiteout(TarPath.name(path));
  }

  private static int padding(long size) {
    return (int) (-size & (BLOCK_BYTES - 1));
  }

  /** A header that holds for all entries after it would be missing in front of some. */
  private static void checkNotGlobal(byte[] literal, int from, byte[] path)
      throws NotRestackableException {
    if (literal[from + FLAG_OFFSET] == 'g') {
      throw new NotRestackableException(
          "The layer with '" + TarPath.show(path) + "' has global headers.");
    }
  }

  /** Writes what no layer of the target has an entry for: plain folders, and whiteouts. */
  private void rest() throws IOException, NotRestackableException {
    // One byte is one character, so that names stay what they are.
    TarArchiveOutputStream tar =
        new TarArchiveOutputStream(out, StandardCharsets.ISO_8859_1.name());
    tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
    for (byte[] path : missing) {
      if (!changes.isPlainFolder(path)) {
        throw new NotRestackableException(
            "No layer has an entry for '" + TarPath.show(path) + "'.");
      }
      put(tar, text(path) + "/");
    }
    for (byte[] path : changes.removed()) {
      put(tar, text(TarPath.whiteoutOf(path)));
    }
    tar.finish();
  }

  private static void put(TarArchiveOutputStream tar, String name) throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name, true);
    entry.setModTime(0);
    entry.setIds(0, 0);
    entry.setNames("", "");
    tar.putArchiveEntry(entry);
    tar.closeArchiveEntry();
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}

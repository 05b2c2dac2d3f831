package io.deltaport.layer;

import com.github.luben.zstd.RecyclingBufferPool;
import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import io.deltaport.oci.Digest;
import io.deltaport.ostree.Checksum;
import io.deltaport.store.driver.Driver;
import io.deltaport.store.driver.StoreLayout;
import io.deltaport.util.Sha256;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/**
 * Hands out the records of a recipe one by one, in constant memory. Not thread-safe.
 *
 * <p>Only after the last record is the recipe's own digest compared, so what was made of the
 * records counts only when {@link #next} has returned null.
 */
public final class RecipeReader implements Closeable {
  private static final int BUFFER_BYTES = 64 * 1024;
  private static final int VARINT_MAX_BYTES = 9; // 63 bits: lengths are never negative
  private static final byte[] NONE = new byte[0];

  private final RecipeFile file;
  private final RecipeInfo info;
  private final InputStream body;
  private long tarLength;
  private long entries;
  private boolean finished;
  private RecipeRecord kept; // read by skip, to be returned next

  private RecipeReader(RecipeFile file) throws IOException {
    this.file = file;
    this.info = file.info();
    ZstdInputStreamNoFinalizer zstd =
        new ZstdInputStreamNoFinalizer(file.body(), RecyclingBufferPool.INSTANCE);
    this.body = new BufferedInputStream(zstd, BUFFER_BYTES);
  }

  /**
   * Opens the recipe of a layer.
   *
   * @throws RecipeFormatException if it is damaged or another layer's
   * @throws java.nio.file.NoSuchFileException if there is none
   */
  public static RecipeReader open(Driver driver, Digest diffId) throws IOException {
    return new RecipeReader(RecipeFile.open(driver, StoreLayout.recipe(diffId), diffId));
  }

  /**
   * Compares the recipe's digest without looking at its records.
   *
   * @throws RecipeFormatException if it is damaged or another layer's
   * @throws java.nio.file.NoSuchFileException if there is none
   */
  static void verify(Driver driver, Digest diffId) throws IOException {
    try (RecipeReader recipe = open(driver, diffId)) {
      recipe.file.verify();
    }
  }

  /** Returns what the footer tells. */
  public RecipeInfo info() {
    return info;
  }

  /**
   * Returns the next record, or null after the last one.
   *
   * @throws RecipeFormatException if the recipe is damaged
   */
  public RecipeRecord next() throws IOException {
    if (finished) {
      return null;
    }
    if (kept != null) {
      RecipeRecord record = kept;
      kept = null;
      return record;
    }
    try {
      return switch (read()) {
        case RecipeFormat.LITERAL -> literal();
        case RecipeFormat.CONTENT -> content();
        case RecipeFormat.ENTRY -> entry();
        case RecipeFormat.END -> end();
        default -> throw damaged("a record of unknown kind");
      };
    } catch (ZstdIOException | EOFException e) {
      throw new RecipeFormatException(info.diffId(), "it is cut or damaged", e);
    }
  }

  /**
   * Passes over records that make the next bytes of the tar, without keeping what they are.
   *
   * @param tarBytes how many bytes at most
   * @return how many bytes the records made that were passed over: the rest lies in the next one
   */
  long skip(long tarBytes) throws IOException {
    long left = tarBytes;
    try {
      while (left > 0 && kept == null && !finished) {
        left -= skipOne(left);
      }
    } catch (ZstdIOException | EOFException e) {
      throw new RecipeFormatException(info.diffId(), "it is cut or damaged", e);
    }
    return tarBytes - left;
  }

  private long skipOne(long most) throws IOException {
    int code = read();
    if (code != RecipeFormat.LITERAL) {
      RecipeRecord record =
          switch (code) {
            case RecipeFormat.CONTENT -> content();
            case RecipeFormat.ENTRY -> entry();
            case RecipeFormat.END -> end();
            default -> throw damaged("a record of unknown kind");
          };
      boolean content = record instanceof RecipeRecord.Content;
      long length = content ? ((RecipeRecord.Content) record).length() : 0;
      kept = length > most ? record : null;
      return length > most ? 0 : length;
    }
    long length = varint();
    check(length > 0 && length <= RecipeFormat.LITERAL_MAX_BYTES, "a literal of a wrong length");
    addToTar(length);
    if (length > most) {
      kept = new RecipeRecord.Literal(exactly((int) length));
      return 0;
    }
    body.skipNBytes(length);
    return length;
  }

  private RecipeRecord literal() throws IOException {
    byte[] bytes = bytes(RecipeFormat.LITERAL_MAX_BYTES);
    check(bytes.length > 0, "an empty literal");
    addToTar(bytes.length);
    return new RecipeRecord.Literal(bytes);
  }

  private RecipeRecord content() throws IOException {
    Checksum object = checksum();
    long offset = varint();
    long length = varint();
    check(length > 0 && offset <= Long.MAX_VALUE - length, "a content out of range");
    addToTar(length);
    return new RecipeRecord.Content(object, offset, length);
  }

  private void addToTar(long length) throws RecipeFormatException {
    check(length <= info.tarLength() - tarLength, "more bytes than the tar has");
    tarLength += length;
  }

  private RecipeRecord entry() throws IOException {
    check(entries < info.entries(), "more entries than the footer says");
    entries++;
    int code = read();
    EntryKind kind = EntryKind.ofCode(code).orElseThrow(() -> damaged("an entry of unknown kind"));
    byte[] path = bytes(RecipeFormat.PATH_MAX_BYTES);
    Checksum object = kind.hasObject() ? checksum() : null;
    long length = kind.isRegular() ? varint() : 0;
    byte[] target = kind == EntryKind.HARD_LINK ? bytes(RecipeFormat.PATH_MAX_BYTES) : NONE;
    check(TarPath.isNormal(path) && TarPath.isNormal(target), "a path that is not normal");
    return new RecipeRecord.Entry(kind, path, object, length, target);
  }

  private RecipeRecord end() throws IOException {
    check(body.read() < 0, "bytes follow the end record");
    check(tarLength == info.tarLength(), "fewer bytes than the tar has");
    check(entries == info.entries(), "fewer entries than the footer says");
    file.verify();
    finished = true;
    return null;
  }

  private int read() throws IOException {
    int b = body.read();
    if (b < 0) {
      throw new EOFException();
    }
    return b;
  }

  private long varint() throws IOException {
    long value = 0;
    for (int i = 0; i < VARINT_MAX_BYTES; i++) {
      int b = read();
      value |= (b & 0x7fL) << (7 * i);
      if (b <= 0x7f) {
        return value;
      }
    }
    throw damaged("a number that is too large");
  }

  private byte[] bytes(int max) throws IOException {
    long length = varint();
    check(length <= max, "a record that is too long");
    return exactly((int) length);
  }

  private Checksum checksum() throws IOException {
    return new Checksum(exactly(Sha256.LENGTH_BYTES));
  }

  private byte[] exactly(int length) throws IOException {
    byte[] bytes = body.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException();
    }
    return bytes;
  }

  private void check(boolean valid, String problem) throws RecipeFormatException {
    if (!valid) {
      throw damaged(problem);
    }
  }

  private RecipeFormatException damaged(String problem) {
    return new RecipeFormatException(info.diffId(), problem);
  }

  @Override
  public void close() throws IOException {
    body.close();
  }
}

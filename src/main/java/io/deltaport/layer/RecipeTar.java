package io.deltaport.layer;

import io.deltaport.ostree.Checksum;
import io.deltaport.store.ObjectReader;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.function.Predicate;

/**
 * The tar of a layer, read from its recipe. Contents that are of no interest come as zeros without
 * being read. Not thread-safe.
 */
final class RecipeTar extends InputStream {
  private final RecipeReader recipe;
  private final ObjectReader objects;
  private final Predicate<Checksum> isWanted;
  private final byte[] single = new byte[1];
  private InputStream part = InputStream.nullInputStream();
  private long left;

  /**
   * Begins.
   *
   * @param recipe stays open
   * @param isWanted which objects are read
   */
  RecipeTar(RecipeReader recipe, ObjectReader objects, Predicate<Checksum> isWanted) {
    this.recipe = recipe;
    this.objects = objects;
    this.isWanted = isWanted;
  }

  @Override
  public int read() throws IOException {
    return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (left == 0) {
      part.close();
      part = InputStream.nullInputStream();
      RecipeRecord record = recipe.next();
      if (record == null) {
        return -1;
      }
      begin(record);
    }
    int most = (int) Math.min(left, length);
    int got = part.read(bytes, offset, most);
    if (got < 0) {
      throw new EOFException("an object ends early");
    }
    left -= got;
    return got;
  }

  private void begin(RecipeRecord record) throws IOException {
    switch (record) {
      case RecipeRecord.Literal literal -> {
        part = new ByteArrayInputStream(literal.bytes());
        left = literal.bytes().length;
      }
      case RecipeRecord.Content content -> {
        part = isWanted.test(content.object()) ? open(content) : new Zeros();
        left = content.length();
      }
      case RecipeRecord.Entry ignored -> {
        // What it says is in the headers, too.
      }
    }
  }

  private InputStream open(RecipeRecord.Content content) throws IOException {
    InputStream in = objects.openContent(content.object());
    in.skipNBytes(content.offset());
    return in;
  }

  private static int zeros(byte[] bytes, int offset, int count) {
    Arrays.fill(bytes, offset, offset + count, (byte) 0);
    return count;
  }

  @Override
  public void close() throws IOException {
    part.close();
  }

  private static final class Zeros extends InputStream {
    @Override
    public int read() {
      return 0;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
      return zeros(bytes, offset, length);
    }
  }
}

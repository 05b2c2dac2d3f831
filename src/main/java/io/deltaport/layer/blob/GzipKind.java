package io.deltaport.layer.blob;

import io.deltaport.deflate.DeflateFormatException;
import io.deltaport.deflate.gzip.GzipDescriber;
import io.deltaport.deflate.gzip.GzipRebuilder;
import io.deltaport.util.ByteSource;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Gzip files (RFC 1952), whichever compressor made them. The payload tells where our model of the
 * compressor is wrong ({@link GzipDescriber}).
 */
final class GzipKind implements BlobKind {
  @Override
  public int code() {
    return 2;
  }

  @Override
  public String name() {
    return "gzip";
  }

  @Override
  public boolean isSeekable() {
    return true;
  }

  @Override
  public boolean describe(ByteSource blob, ByteSource tar, OutputStream payload)
      throws IOException {
    try (InputStream in = blob.open(0)) {
      return GzipDescriber.describe(in, payload)
          .filter(about -> about.fileLength() == blob.length())
          .filter(about -> about.expandedLength() == tar.length())
          .isPresent();
    }
  }

  @Override
  public InputStream open(BlobRecipe recipe, ByteSource tar, long offset) throws IOException {
    try {
      return new Checked(recipe, GzipRebuilder.of(recipe.payload(), tar).open(offset));
    } catch (DeflateFormatException e) {
      throw damaged(recipe, e);
    }
  }

  private static BlobRecipeException damaged(BlobRecipe recipe, DeflateFormatException e) {
    return new BlobRecipeException(recipe.blob(), e.getMessage(), e);
  }

  /** Says which blob's recipe it is that makes no sense. */
  private static final class Checked extends FilterInputStream {
    private final BlobRecipe recipe;

    Checked(BlobRecipe recipe, InputStream in) {
      super(in);
      this.recipe = recipe;
    }

    @Override
    public int read() throws IOException {
      try {
        return in.read();
      } catch (DeflateFormatException e) {
        throw damaged(recipe, e);
      }
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
      try {
        return in.read(to, offset, length);
      } catch (DeflateFormatException e) {
        throw damaged(recipe, e);
      }
    }
  }
}

package io.deltaport.layer.blob;

import io.deltaport.util.ByteSource;
import io.deltaport.util.PieceInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** A blob of zstd frames as it is made, one after the other. Not thread-safe. */
final class ZstdFramesStream extends PieceInputStream {
  private final BlobRecipe recipe;
  private final ByteSource tar;
  private final DataInputStream payload;
  private InputStream made; // the frame that is being made, or null
  private long kept; // bytes of the payload that belong to the blob as they are
  private long tarAt;

  ZstdFramesStream(BlobRecipe recipe, ByteSource tar) throws IOException {
    this.recipe = recipe;
    this.tar = tar;
    this.payload = new DataInputStream(recipe.payload().open(0));
  }

  @Override
  public int read(byte[] bytes, int offset, int count) throws IOException {
    Objects.checkFromIndexSize(offset, count, bytes.length);
    if (count == 0) {
      return 0;
    }
    while (true) {
      if (made != null) {
        int got = made.read(bytes, offset, count);
        if (got >= 0) {
          return got;
        }
        closeMade();
      } else if (kept > 0) {
        int got = payload.read(bytes, offset, (int) Math.min(count, kept));
        check(got > 0, "it is cut");
        kept -= got;
        return got;
      } else if (!next()) {
        return -1;
      }
    }
  }

  /** Begins the next frame. */
  private boolean next() throws IOException {
    int part = payload.read();
    if (part < 0) {
      return false;
    }
    try {
      switch (part) {
        case ZstdFramesKind.MADE -> {
          ZstdSettings settings =
              ZstdSettings.decode(payload.readNBytes(ZstdSettings.BYTES))
                  .orElseThrow(
                      () -> new BlobRecipeException(recipe.blob(), "settings out of range"));
          ByteSource content = content(payload.readLong());
          made = EncodedStream.open(content, ZstdKind.encoder(settings, content));
        }
        case ZstdFramesKind.KEPT -> {
          content(payload.readLong());
          kept = payload.readLong();
          check(kept > 0 && kept <= recipe.blobLength(), "a frame that is too long");
        }
        default -> check(false, "an unknown part");
      }
      return true;
    } catch (EOFException e) {
      throw new BlobRecipeException(recipe.blob(), "it is cut", e);
    }
  }

  /** Takes the next bytes of the tar. */
  private ByteSource content(long length) throws BlobRecipeException {
    check(length >= 0 && length <= tar.length() - tarAt, "a frame that expands to too much");
    ByteSource content = new SlicedSource(tar, tarAt, length);
    tarAt += length;
    return content;
  }

  private void check(boolean valid, String problem) throws BlobRecipeException {
    if (!valid) {
      throw new BlobRecipeException(recipe.blob(), problem);
    }
  }

  private void closeMade() throws IOException {
    InputStream done = made;
    made = null;
    done.close();
  }

  @Override
  public void close() throws IOException {
    try (payload) {
      if (made != null) {
        closeMade();
      }
    }
  }
}

package io.deltaport.layer.blob;

import io.deltaport.util.ByteSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Blobs of one gzip member (RFC 1952) whose deflate stream zlib makes at one of its levels, as this
 * machine has it. The payload is the level in one byte and the member's header as it was pushed.
 */
final class ZlibKind implements BlobKind {
  /** In the order in which they are tried: the usual ones first. */
  private static final List<Integer> LEVELS = List.of(6, 9, 1, 5, 4, 7, 8, 3, 2);

  private static final int LEVEL_MAX = 9;

  @Override
  public int code() {
    return 2;
  }

  @Override
  public String name() {
    return "zlib";
  }

  @Override
  public boolean isSeekable() {
    return false;
  }

  @Override
  public boolean describe(ByteSource blob, ByteSource tar, OutputStream payload)
      throws IOException {
    Optional<byte[]> header;
    try (InputStream in = blob.open(0)) {
      header = GzipHeader.read(in);
    }
    if (header.isEmpty()) {
      return false;
    }
    for (int level : LEVELS) {
      if (EncodedStream.gives(blob, tar, new GzipEncoder(header.get(), level))) {
        payload.write(level);
        payload.write(header.get());
        return true;
      }
    }
    return false;
  }

  @Override
  public InputStream open(BlobRecipe recipe, ByteSource tar, long offset) throws IOException {
    byte[] payload;
    try (InputStream in = recipe.payload().open(0)) {
      payload = in.readNBytes(GzipHeader.MAX_BYTES + 2);
    }
    int level = payload.length == 0 ? 0 : payload[0];
    if (level < 1 || level > LEVEL_MAX || payload.length > GzipHeader.MAX_BYTES + 1) {
      throw new BlobRecipeException(recipe.blob(), "no level, or a header that is too long");
    }
    byte[] header = Arrays.copyOfRange(payload, 1, payload.length);
    return EncodedStream.open(tar, new GzipEncoder(header, level), offset);
  }
}

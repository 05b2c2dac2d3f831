package io.deltaport.layer.blob;

import io.deltaport.util.ByteSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Blobs that are the tar itself. No payload. */
final class PlainKind implements BlobKind {
  @Override
  public int code() {
    return 1;
  }

  @Override
  public String name() {
    return "plain";
  }

  @Override
  public boolean isSeekable() {
    return true;
  }

  @Override
  public boolean describe(ByteSource blob, ByteSource tar, OutputStream payload) {
    // The proof compares the digests.
    return blob.length() == tar.length();
  }

  @Override
  public InputStream open(BlobRecipe recipe, ByteSource tar, long offset) throws IOException {
    return tar.open(offset);
  }
}

package io.deltaport.image.transfer;

import io.deltaport.image.RegistryException;
import io.deltaport.oci.ErrorCode;
import java.io.IOException;
import java.io.InputStream;

/** A body that breaks off is the client's affair, unlike a file of ours that cannot be read. */
final class ClientStream extends InputStream {
  private final InputStream body;

  ClientStream(InputStream body) {
    this.body = body;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) {
    try {
      return body.read(bytes, offset, length);
    } catch (IOException e) {
      RegistryException gone =
          new RegistryException(ErrorCode.BLOB_UPLOAD_INVALID, "the body broke off before its end");
      gone.initCause(e);
      throw gone;
    }
  }

  @Override
  public void close() throws IOException {
    body.close();
  }
}

package io.deltaport.image.transfer;

import io.deltaport.image.RegistryException;
import io.deltaport.oci.ErrorCode;
import io.deltaport.util.PieceInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A body that breaks off is the client's affair, unlike a file of ours that cannot be read. */
final class ClientStream extends PieceInputStream {
  private final InputStream body;

  ClientStream(InputStream body) {
    this.body = body;
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

package io.deltaport.store;

import io.deltaport.ostree.Checksum;
import java.io.IOException;

/** No pack holds the object that was asked for, or not all that it is made from. */
public final class ObjectNotFoundException extends IOException {
  private static final long serialVersionUID = 1L;

  public ObjectNotFoundException(Checksum object) {
    super(
        "no stored object has the checksum "
            + object
            + ", or there is none of those that it is stored against");
  }
}

package io.deltaport.image.remote;

import io.deltaport.ostree.Checksum;
import io.deltaport.store.ObjectKind;

/** An object of an archive by its name; its extension tells the kind. */
public record RemoteObject(Checksum checksum, ObjectKind kind) {

  /** Returns what follows the dot in the name of its file. */
  String extension() {
    return switch (kind) {
      case FILE -> "filez";
      case DIRTREE -> "dirtree";
      case DIRMETA -> "dirmeta";
      case COMMIT -> "commit";
    };
  }
}

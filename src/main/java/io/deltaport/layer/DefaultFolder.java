package io.deltaport.layer;

import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.ContentHeader;
import io.deltaport.ostree.DirMeta;
import java.util.List;

/** The folder that is made where a tar names what is in it but not the folder itself. */
final class DefaultFolder {
  private static final int MODE = ContentHeader.TYPE_DIRECTORY | 0755;

  /** The dirmeta object: mode 0755, owned by root, without extended attributes. */
  static final byte[] META = new DirMeta(0, 0, MODE, List.of()).encode();

  /** The name of {@link #META}. */
  static final Checksum CHECKSUM = Checksum.of(META);

  private DefaultFolder() {}
}

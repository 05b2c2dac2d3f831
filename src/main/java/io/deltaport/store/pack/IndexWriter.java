package io.deltaport.store.pack;

import io.deltaport.util.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/** Writes the index of a pack and the footer up to the pack's digest. */
final class IndexWriter {
  private IndexWriter() {}

  static void write(EntryTable entries, PackOutput out) throws IOException {
    long start = out.position();
    MessageDigest digest = Sha256.newDigest();
    int flags = entries.flags();
    byte[] row = new byte[PackFooter.entryBytes(flags)];
    for (int number : entries.sortedRows()) {
      entries.copyRow(number, row);
      digest.update(row);
      out.write(row);
    }
    ByteBuffer footer = ByteBuffer.allocate(PackFormat.FOOT_BYTES - Sha256.LENGTH_BYTES);
    footer.putLong(start).putLong(out.position() - start).putLong(entries.size());
    footer.put(digest.digest()).putInt(PackFormat.VERSION).putInt(flags).put(PackFormat.FOOT_MAGIC);
    out.write(footer.array());
  }
}

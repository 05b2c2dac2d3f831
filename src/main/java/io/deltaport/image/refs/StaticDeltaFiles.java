package io.deltaport.image.refs;

import io.deltaport.delta.staticdelta.PartSink;
import io.deltaport.meta.Blobs;
import io.deltaport.meta.Database;
import io.deltaport.meta.StaticDeltas.DeltaFile;
import io.deltaport.oci.Digest;
import io.deltaport.store.driver.Driver;
import io.deltaport.store.driver.PendingFile;
import io.deltaport.store.driver.StoreLayout;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/**
 * Stores the files of one static delta as blobs while it is made: each is durable and leased before
 * the next. Not thread-safe. What a crash leaves behind is garbage like any other blob.
 */
final class StaticDeltaFiles implements PartSink {
  private static final int SUPERBLOCK_NUMBER = 0;

  private final Driver driver;
  private final Database database;
  private final Blobs blobs;
  private final List<DeltaFile> files = new ArrayList<>();

  StaticDeltaFiles(Driver driver, Database database, Blobs blobs) {
    this.driver = driver;
    this.database = database;
    this.blobs = blobs;
  }

  @Override
  public void part(int number, InputStream content, long lengthBytes) throws IOException {
    store(number + 1, content);
  }

  /** Stores the superblock without signatures. */
  void superblock(byte[] content) throws IOException {
    store(SUPERBLOCK_NUMBER, new ByteArrayInputStream(content));
  }

  /** Returns what was stored. */
  List<DeltaFile> files() {
    return List.copyOf(files);
  }

  private void store(int number, InputStream content) throws IOException {
    try (PendingFile file = driver.create()) {
      MessageDigest hash = Digest.newMessageDigest("sha256");
      content.transferTo(new DigestOutputStream(file.output(), hash));
      Digest digest = Digest.ofSha256(hash.digest());
      long length = file.length();
      file.publish(StoreLayout.blob(digest));
      database.transact(session -> blobs.record(session, digest.toString(), length));
      files.add(new DeltaFile(number, digest.toString(), length));
    }
  }
}

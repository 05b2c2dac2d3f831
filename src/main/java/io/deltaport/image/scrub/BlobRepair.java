package io.deltaport.image.scrub;

import io.deltaport.layer.blob.BlobMaker;
import io.deltaport.meta.DamageMarks;
import io.deltaport.meta.Database;
import io.deltaport.meta.StoredObjects;
import io.deltaport.oci.Digest;
import io.deltaport.store.driver.Driver;
import io.deltaport.store.driver.PendingFile;
import io.deltaport.store.driver.StoreLayout;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Makes damaged blobs whole from whatever other copy there is: the same bytes as a manifest, a
 * layer's recipe and objects, or the images between which a delta goes. Thread-safe.
 */
@ApplicationScoped
class BlobRepair {
  private static final Logger LOG = Logger.getLogger(BlobRepair.class);

  private final Database database;
  private final Driver driver;
  private final StoredObjects objects;
  private final DamageMarks marks;
  private final ManifestCopies manifests;
  private final DeltaRepair deltas;
  private final Findings findings;

  BlobRepair(
      Database database,
      Driver driver,
      StoredObjects objects,
      DamageMarks marks,
      ManifestCopies manifests,
      DeltaRepair deltas,
      Findings findings) {
    this.database = database;
    this.driver = driver;
    this.objects = objects;
    this.marks = marks;
    this.manifests = manifests;
    this.deltas = deltas;
    this.findings = findings;
  }

  /** Repairs the blob, or asks for the work that will, and notes what became of the finding. */
  void repair(Pass pass, Digest digest, long finding) throws IOException {
    if (copy(digest) || rebuild(pass, digest)) {
      database.transact(session -> marks.unmarkBlob(session, digest.toString()));
      findings.outcome(finding, Findings.REPAIRED);
    } else if (!deltas.makeAgain(digest.toString(), finding)) {
      findings.outcome(finding, Findings.AWAITING_PUSH);
    }
  }

  private boolean copy(Digest digest) throws IOException {
    Optional<byte[]> content = manifests.find(digest);
    if (content.isEmpty()) {
      return false;
    }
    try (PendingFile file = driver.create()) {
      file.output().write(content.get());
      file.publish(StoreLayout.blob(digest));
    }
    return true;
  }

  private boolean rebuild(Pass pass, Digest digest) throws IOException {
    try {
      return new BlobMaker(pass.driver(), objects).restore(digest);
    } catch (NoSuchFileException e) {
      return false;
    } catch (InterruptedIOException | ClosedByInterruptException e) {
      throw e;
    } catch (IOException e) {
      LOG.infof("The blob %s cannot be made from its recipe: %s", digest, e.getMessage());
      return false;
    }
  }
}

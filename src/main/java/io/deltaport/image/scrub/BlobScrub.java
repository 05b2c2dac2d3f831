package io.deltaport.image.scrub;

import io.deltaport.image.cold.HotBlobs;
import io.deltaport.image.scrub.Verdict.WrongDigestException;
import io.deltaport.meta.DamageMarks;
import io.deltaport.meta.Database;
import io.deltaport.meta.ScrubFindings.Damage;
import io.deltaport.meta.ScrubRows;
import io.deltaport.meta.ScrubRows.FileRow;
import io.deltaport.meta.ScrubRows.FileTable;
import io.deltaport.oci.Digest;
import io.deltaport.store.driver.Driver;
import io.deltaport.store.driver.StoreLayout;
import io.deltaport.util.Hex;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import org.jboss.logging.Logger;

/** Hashes blobs again. Thread-safe. */
@ApplicationScoped
class BlobScrub implements FileScrub {
  static final String KIND = "blob";

  private static final Logger LOG = Logger.getLogger(BlobScrub.class);

  /** Pushes of the same blob that may come between looking and moving aside. */
  private static final int REPLACED_MAX = 4;

  private final Driver driver;
  private final Database database;
  private final ScrubRows rows;
  private final DamageMarks marks;
  private final Findings findings;
  private final BlobRepair repair;
  private final HotBlobs hot;
  private final BlobParts parts;

  BlobScrub(
      Driver driver,
      Database database,
      ScrubRows rows,
      DamageMarks marks,
      Findings findings,
      BlobRepair repair,
      HotBlobs hot,
      BlobParts parts) {
    this.driver = driver;
    this.database = database;
    this.rows = rows;
    this.marks = marks;
    this.findings = findings;
    this.repair = repair;
    this.hot = hot;
    this.parts = parts;
  }

  @Override
  public FileTable table() {
    return FileTable.BLOB;
  }

  @Override
  public boolean check(Pass pass, FileRow row) throws IOException {
    return row.raw() ? checkFile(pass, row) : checkMade(row);
  }

  /** What a blob without a file is made of is looked at by itself; here is what is kept of it. */
  private boolean checkMade(FileRow row) throws IOException {
    Digest digest = Digest.parse(row.name());
    if (row.damaged() && hot.restore(digest)) {
      database.transact(session -> marks.restoreBlob(session, row.name()));
      LOG.infof("The damaged blob %s is whole again: a copy of it was kept", digest);
      return false;
    }
    return !hot.isWhole(digest);
  }

  @Override
  public boolean checkSuspect(Pass pass, FileRow row) throws IOException {
    if (row.raw() || row.damaged()) {
      return check(pass, row);
    }
    return parts.check(pass, row.name()) || checkMade(row);
  }

  private boolean checkFile(Pass pass, FileRow row) throws IOException {
    boolean marked = row.damaged();
    for (int i = 0; i < REPLACED_MAX; i++) {
      Verdict verdict = examine(pass.driver(), row);
      if (verdict.whole()) {
        if (marked) {
          database.transact(session -> marks.unmarkBlob(session, row.name()));
        }
        return false;
      }
      Damage damage = new Damage(KIND, row.name(), "", verdict.damage(), verdict.detail());
      if (verdict.unreadable()) {
        findings.outcome(findings.open(pass, damage), Verdict.UNREADABLE);
        return true;
      }
      Long finding =
          findings.open(pass, damage, (session, id) -> marks.markBlob(session, row.name()));
      if (finding == null) {
        return false;
      }
      marked = true;
      if (findings.quarantine(finding, verdict.seen())) {
        repair.repair(pass, Digest.parse(row.name()), finding);
        return true;
      }
    }
    return true;
  }

  /** Says whether a blob's file is whole, marked or not; lets it be seen again when it is. */
  boolean recover(String digest) throws IOException {
    FileRow row = database.transact(session -> rows.file(session, FileTable.BLOB, digest));
    if (row == null || !examine(driver, row).whole()) {
      return false;
    }
    database.transact(session -> marks.unmarkBlob(session, digest));
    return true;
  }

  private static Verdict examine(Driver driver, FileRow row) throws IOException {
    Digest digest = Digest.parse(row.name());
    String key = StoreLayout.blob(digest);
    return Verdict.of(
        driver,
        key,
        row.sizeBytes(),
        () -> {
          MessageDigest hash = digest.newMessageDigest();
          try (InputStream in = driver.read(key, 0, row.sizeBytes())) {
            in.transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), hash));
          }
          String hex = Hex.encode(hash.digest());
          if (!hex.equals(digest.hex())) {
            throw new WrongDigestException("its digest is " + digest.algorithm() + ":" + hex);
          }
        });
  }
}

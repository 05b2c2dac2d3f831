package io.deltaport.image.repack;

import io.deltaport.image.gc.NeededObjects;
import io.deltaport.job.JobEntity;
import io.deltaport.job.JobFailedException;
import io.deltaport.job.JobHandler;
import io.deltaport.job.JobKind;
import io.deltaport.meta.Database;
import io.deltaport.meta.PackStates;
import io.deltaport.meta.PackStates.PackState;
import io.deltaport.meta.PackStates.Place;
import io.deltaport.meta.Suspects;
import io.deltaport.ostree.Checksum;
import io.deltaport.store.driver.DiskFullException;
import io.deltaport.store.pack.PackFormatException;
import io.deltaport.util.Progress;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.HashSet;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * Goes through all images whose packs nobody has looked at, and through packs of which much is
 * dead. Thread-safe; may die at any point.
 */
@ApplicationScoped
class Repacking implements JobHandler {
  private static final Logger LOG = Logger.getLogger(Repacking.class);

  /** Packs that one run brings together; the next one goes on. */
  private static final int FRAGMENTED_MAX = 256;

  private final Database database;
  private final PackStates states;
  private final ImageRepack images;
  private final PackRepack packs;
  private final NeededObjects needed;
  private final Suspects suspects;
  private final RepackSettings settings;

  Repacking(
      Database database,
      PackStates states,
      ImageRepack images,
      PackRepack packs,
      NeededObjects needed,
      Suspects suspects,
      RepackSettings settings) {
    this.database = database;
    this.states = states;
    this.images = images;
    this.packs = packs;
    this.needed = needed;
    this.suspects = suspects;
    this.settings = settings;
  }

  @Override
  public JobKind kind() {
    return JobKind.REPACK;
  }

  @Override
  public String run(JobEntity job, Progress progress) throws Exception {
    if (!settings.enabled()) {
      return null;
    }
    for (Place image = next(); image != null; image = next()) {
      Place now = image;
      attempt("image " + now.digest(), () -> images.repack(now, progress));
      database.transact(session -> states.mark(session, now.digest(), true));
    }
    for (PackState pack : fragmented()) {
      attempt("pack " + pack.id(), () -> defragment(pack, progress));
    }
    return null;
  }

  private Place next() {
    return database.transact(states::next);
  }

  private Iterable<PackState> fragmented() {
    return database.transact(
        session ->
            states.fragmented(
                session, PackRepack.PACK_BYTES_MIN, PackRepack.DEAD_PERCENT_MIN, FRAGMENTED_MAX));
  }

  /** Moves what is needed; the dead objects stay, and go with the old pack. */
  private void defragment(PackState pack, Progress progress) throws IOException {
    Set<Checksum> live = new HashSet<>(needed.of(pack.id()));
    packs.rewrite(pack.id(), live::contains, !pack.repacked(), new ObjectPlan(), progress);
  }

  @FunctionalInterface
  private interface Step {
    void run() throws IOException;
  }

  /** What cannot be read is for the scrub to see to; everything else goes on. */
  private void attempt(String name, Step step) throws Exception {
    try {
      step.run();
    } catch (DiskFullException e) {
      throw new JobFailedException("there is no room for new packs", e);
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      LOG.warnf(e, "The packs of %s stay as they are", name);
      if (e instanceof PackFormatException damaged) {
        suspects.report("pack", damaged.pack(), damaged.getMessage());
      }
    }
  }
}

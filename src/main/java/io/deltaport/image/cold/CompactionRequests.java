package io.deltaport.image.cold;

import io.deltaport.job.JobKind;
import io.deltaport.job.JobPriority;
import io.deltaport.job.JobRequest;
import io.deltaport.job.Jobs;
import io.deltaport.job.RecurringWork;
import io.deltaport.layer.blob.BlobKinds;
import io.deltaport.meta.BlobRecipes;
import io.deltaport.meta.BlobRecipes.Image;
import io.deltaport.meta.Database;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/**
 * Asks for the compaction of images: of each one that was absorbed, and now and then of those that
 * were left out, or that can be compacted since a newer version. Thread-safe.
 */
@ApplicationScoped
public class CompactionRequests implements RecurringWork {
  /** Images that are asked for at once. */
  private static final int IMAGES_MAX = 100;

  private final Database database;
  private final Jobs jobs;
  private final BlobRecipes recipes;
  private final RawFiles raw;
  private final Duration interval;
  private final boolean keepRaw;

  CompactionRequests(
      Database database,
      Jobs jobs,
      BlobRecipes recipes,
      RawFiles raw,
      @ConfigProperty(name = "deltaport.blob.compact-interval") Duration interval,
      @ConfigProperty(name = "deltaport.blob.keep-raw") boolean keepRaw) {
    this.database = database;
    this.jobs = jobs;
    this.recipes = recipes;
    this.raw = raw;
    this.interval = interval;
    this.keepRaw = keepRaw;
  }

  /** Asks for the compaction of an image; it comes after everything else. */
  public void ask(String repository, String image) {
    database.transact(session -> enqueue(session, new Image(repository, image)));
  }

  @Override
  public String name() {
    return "compact";
  }

  @Override
  public Duration interval() {
    return interval;
  }

  @Override
  public void ask() {
    raw.unlinkLeft();
    List<Image> images =
        database.transact(
            session -> recipes.images(session, BlobKinds.generation(), keepRaw, IMAGES_MAX));
    images.forEach(image -> database.transact(session -> enqueue(session, image)));
  }

  private Uni<?> enqueue(StatelessSession session, Image image) {
    JobRequest request = JobRequest.of(JobKind.COMPACT, image.repository(), null, image.digest());
    return jobs.enqueue(session, request.withPriority(JobPriority.LOW));
  }
}

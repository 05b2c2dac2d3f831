package io.deltaport.image;

import io.deltaport.job.JobFailures;
import io.deltaport.layer.RecipeFormatException;
import io.deltaport.layer.blob.BlobRecipeException;
import io.deltaport.meta.Suspects;
import io.deltaport.store.pack.PackFormatException;
import jakarta.enterprise.context.ApplicationScoped;

/** Tells the scrub of damage that jobs meet when they read packs and recipes. Thread-safe. */
@ApplicationScoped
class DamageReports implements JobFailures {
  /** Causes that are looked through: more than any failure is wrapped. */
  private static final int CAUSES_MAX = 16;

  private final Suspects suspects;

  DamageReports(Suspects suspects) {
    this.suspects = suspects;
  }

  @Override
  public void failed(Throwable failure) {
    Throwable cause = failure;
    for (int i = 0; i < CAUSES_MAX && cause != null; i++, cause = cause.getCause()) {
      switch (cause) {
        case PackFormatException e -> suspects.report("pack", e.pack(), e.getMessage());
        case RecipeFormatException e ->
            suspects.report("recipe", e.diffId().toString(), e.getMessage());
        case BlobRecipeException e ->
            suspects.report("blob-recipe", e.blob().toString(), e.getMessage());
        default -> {}
      }
    }
  }
}

package io.deltaport.image.update;

import io.deltaport.image.RegistryException;
import io.deltaport.image.update.UpdatePlan.Kind;
import io.deltaport.image.update.UpdatePlan.Step;
import io.deltaport.image.update.UpdatePlan.Way;
import io.deltaport.meta.Database;
import io.deltaport.meta.Deltas;
import io.deltaport.meta.ManifestEntity;
import io.deltaport.meta.StaticDeltas;
import io.deltaport.oci.Descriptor;
import io.deltaport.oci.Manifest;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Finds the ways from one image of a repository to another. Thread-safe. */
@ApplicationScoped
public class UpdatePlanner {
  /** Deltas of a repository that are looked at, the latest first: chains of older ones are long. */
  static final int DELTAS_MAX = 10_000;

  private final Database database;
  private final PlatformImages images;
  private final Deltas deltas;
  private final StaticDeltas staticDeltas;

  UpdatePlanner(
      Database database, PlatformImages images, Deltas deltas, StaticDeltas staticDeltas) {
    this.database = database;
    this.images = images;
    this.deltas = deltas;
    this.staticDeltas = staticDeltas;
  }

  /**
   * Plans an update. Makes nothing.
   *
   * @param from tag, digest or config digest; empty for a device that has nothing
   * @param to the same of the target
   * @param platform {@code os/architecture[/variant]}, to choose from an index
   * @throws RegistryException if an image is unknown, or an index needs a platform
   */
  public UpdatePlan plan(
      String repository, Optional<String> from, String to, Optional<String> platform) {
    Optional<PlatformImages.Found> source =
        from.map(reference -> images.find(repository, reference, platform, Optional.empty()));
    PlatformImages.Found target = images.find(repository, to, platform, source);
    List<Way> ways = new ArrayList<>();
    ways.add(pull(Kind.PULL, source, target.row(), target.manifest()));
    if (source.isEmpty()) {
      ways.add(staticDelta(0, target));
    } else if (!source.get().row().digest.equals(target.row().digest)) {
      ways.addAll(deltas(repository, source.get(), target));
      restacked(repository, source.get(), target).ifPresent(ways::add);
      ways.add(staticDelta(source.get().row().id, target));
    }
    ways.sort(Comparator.comparing(Way::isReady).reversed().thenComparingLong(Way::bytes));
    return new UpdatePlan(
        repository,
        source.map(PlatformImages.Found::image).orElse(null),
        target.image(),
        target.row().content.length + target.manifest().totalBytes(),
        ways);
  }

  private static Way pull(
      Kind kind, Optional<PlatformImages.Found> source, ManifestEntity row, Manifest manifest) {
    Set<String> present = new HashSet<>();
    source.ifPresent(
        found -> {
          present.add(found.row().digest);
          present.add(found.manifest().config().digest());
          found.manifest().layers().forEach(layer -> present.add(layer.digest()));
        });
    List<Step> steps = new ArrayList<>();
    add(steps, present, row.digest, row.content.length);
    add(steps, present, manifest.config().digest(), manifest.config().size());
    for (Descriptor layer : manifest.layers()) {
      add(steps, present, layer.digest(), layer.size());
    }
    return new Way(kind, bytes(steps), steps);
  }

  /** Returns the cheapest pull of an image that has the target's tree and other layers. */
  private Optional<Way> restacked(
      String repository, PlatformImages.Found source, PlatformImages.Found target) {
    return images.restacked(repository, target.row().digest).stream()
        .map(row -> pull(Kind.RESTACKED, Optional.of(source), row, PlatformImages.parse(row)))
        .min(Comparator.comparingLong(Way::bytes));
  }

  private static void add(List<Step> steps, Set<String> present, String digest, long bytes) {
    if (present.add(digest)) {
      steps.add(new Step(null, digest, digest, bytes));
    }
  }

  private List<Way> deltas(
      String repository, PlatformImages.Found source, PlatformImages.Found target) {
    String from = source.row().digest;
    String to = target.row().digest;
    List<Step> all =
        database.transact(session -> deltas.latest(session, repository, DELTAS_MAX)).stream()
            .map(d -> new Step(d.source(), d.target(), d.artifact(), d.sizeBytes()))
            .toList();
    List<Way> ways = new ArrayList<>();
    Optional<Step> direct =
        all.stream().filter(d -> d.from().equals(from) && d.to().equals(to)).findFirst();
    ways.add(direct.map(step -> direct(repository, step)).orElse(Way.unmade(Kind.OCI_DELTA)));
    new DeltaChains(all)
        .cheapest(from, to)
        .filter(steps -> steps.size() > 1)
        .ifPresent(steps -> ways.add(new Way(Kind.OCI_DELTA, bytes(steps), steps)));
    return ways;
  }

  private Way direct(String repository, Step step) {
    long compressed = images.compressedBytes(repository, step.name());
    return new Way(Kind.OCI_DELTA, step.bytes(), List.of(step), Math.min(compressed, step.bytes()));
  }

  private Way staticDelta(long source, PlatformImages.Found target) {
    StaticDeltas.Listed delta =
        database.transact(session -> staticDeltas.between(session, source, target.row().id));
    if (delta == null) {
      return Way.unmade(Kind.STATIC_DELTA);
    }
    Step step =
        new Step(delta.source(), delta.target(), Long.toString(delta.id()), delta.sizeBytes());
    return new Way(Kind.STATIC_DELTA, step.bytes(), List.of(step));
  }

  private static long bytes(List<Step> steps) {
    long total = 0;
    for (Step step : steps) {
      total += Math.min(step.bytes(), Long.MAX_VALUE - total);
    }
    return total;
  }
}

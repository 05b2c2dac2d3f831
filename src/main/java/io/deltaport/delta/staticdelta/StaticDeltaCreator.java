package io.deltaport.delta.staticdelta;

import io.deltaport.delta.Finished;
import io.deltaport.ostree.staticdelta.DeltaName;
import io.deltaport.ostree.staticdelta.DeltaObject;
import io.deltaport.ostree.staticdelta.Fallback;
import io.deltaport.ostree.staticdelta.PartHeader;
import io.deltaport.ostree.staticdelta.Superblock;
import io.deltaport.store.ObjectReader;
import io.deltaport.util.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Makes a static delta between two commits whose trees are stored. */
public final class StaticDeltaCreator {
  /** Parts that may wait for an earlier one that takes longer: one of compressed files does. */
  private static final int FINISHED_MAX = 6;

  private final PartMaker maker;
  private final PartSink sink;
  private final Progress progress;
  private final List<PartHeader> headers = new ArrayList<>();
  private long sizeBytes;
  private int patched;
  private long patchedBytes;
  private long doneBytes;

  private StaticDeltaCreator(PartMaker maker, PartSink sink, Progress progress) {
    this.maker = maker;
    this.sink = sink;
    this.progress = progress;
  }

  /**
   * Makes a delta. Nothing is left behind on failure but what the sink has taken.
   *
   * @param source what the device has, empty for a delta from nothing
   * @param target what it gets
   * @param objects have the trees of both commits; asked for the lengths of all objects first, so a
   *     {@link io.deltaport.store.CachedObjectIndex} below it saves look-ups
   * @param sink takes the parts
   * @param progress hears the stage {@code delta} in bytes of objects
   * @throws io.deltaport.ostree.OstreeFormatException if a commit or object is malformed or is
   *     nothing that OSTree stores
   * @throws io.deltaport.store.ObjectNotFoundException if an object is missing
   * @throws java.util.concurrent.CancellationException if the progress listener ends the work
   */
  public static StaticDelta create(
      Optional<DeltaCommit> source,
      DeltaCommit target,
      ObjectReader objects,
      PartSink sink,
      StaticDeltaOptions options,
      Progress progress)
      throws IOException {
    Map<DeltaObject, TreeObjects.Found> old =
        source.isEmpty() ? Map.of() : TreeObjects.of(source.get().decode(), objects);
    DeltaPlan plan =
        DeltaPlan.of(old, TreeObjects.of(target.decode(), objects), objects, options, progress);
    StaticDeltaCreator creator =
        new StaticDeltaCreator(new PartMaker(objects, options), sink, progress);
    creator.makeParts(plan, options.threads());
    DeltaName name = new DeltaName(source.map(DeltaCommit::checksum), target.checksum());
    return creator.finish(name, target, plan, options.timestamp());
  }

  private void makeParts(DeltaPlan plan, int threads) throws IOException {
    ExecutorService pool =
        Executors.newFixedThreadPool(
            threads, Thread.ofPlatform().daemon().name("static-delta-", 0).factory());
    Queue<Future<FinishedPart>> running = new ArrayDeque<>();
    try {
      int next = 0;
      while (next < plan.parts().size() || !running.isEmpty()) {
        while (next < plan.parts().size() && running.size() < threads + FINISHED_MAX) {
          List<NewObject> part = plan.parts().get(next++);
          running.add(pool.submit(() -> maker.make(part)));
        }
        take(Finished.await(running.remove()), plan);
      }
    } finally {
      abandon(pool, running);
    }
  }

  private void take(FinishedPart part, DeltaPlan plan) throws IOException {
    try (part) {
      try (InputStream content = part.content().read()) {
        sink.part(headers.size(), content, part.content().length());
      }
      headers.add(part.header());
      sizeBytes += part.header().sizeBytes();
      patched += part.patched();
      patchedBytes += part.patchedBytes();
      doneBytes += part.header().objectBytes();
    }
    progress.update("delta", doneBytes, plan.objectBytes());
  }

  private StaticDelta finish(DeltaName name, DeltaCommit target, DeltaPlan plan, long timestamp) {
    Superblock superblock =
        new Superblock(Map.of(), timestamp, name, target.object(), headers, plan.fallbacks());
    if (target.detachedMetadata().isPresent()) {
      superblock = superblock.withDetachedMetadata(target.detachedMetadata().get());
    }
    byte[] encoded = superblock.encode();
    return new StaticDelta(
        encoded,
        encoded.length + sizeBytes,
        plan.objectBytes(),
        headers.size(),
        plan.fallbacks().size(),
        plan.fallbacks().stream().mapToLong(Fallback::objectBytes).sum(),
        patched,
        patchedBytes);
  }

  /** Ends the threads and what they have made; returns when no thread reads objects any more. */
  private static void abandon(ExecutorService pool, Queue<Future<FinishedPart>> running)
      throws IOException {
    for (Future<FinishedPart> part : running) {
      part.cancel(true);
    }
    pool.close();
    for (Future<FinishedPart> part : running) {
      if (part.state() == Future.State.SUCCESS) {
        part.resultNow().close();
      }
    }
  }
}

package io.deltaport.remote;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.EnumMap;
import java.util.Map;

/** What OSTree clients fetch, by kind. Thread-safe. */
@ApplicationScoped
class RemoteMetrics {
  /** What a file is, for those who watch. */
  enum Kind {
    /** Files, folders and commits. */
    OBJECTS("objects"),
    /** Superblocks and parts of static deltas. */
    DELTAS("deltas"),
    /** Everything that tells of them. */
    META("meta");

    private final String label;

    Kind(String label) {
      this.label = label;
    }
  }

  private record Counters(Counter requests, Counter bytes) {}

  private final Map<Kind, Counters> counters = new EnumMap<>(Kind.class);

  RemoteMetrics(MeterRegistry registry) {
    for (Kind kind : Kind.values()) {
      counters.put(
          kind,
          new Counters(
              Counter.builder("deltaport.ostree.requests")
                  .description("Files that OSTree clients were given")
                  .tag("kind", kind.label)
                  .register(registry),
              Counter.builder("deltaport.ostree.sent")
                  .baseUnit("bytes")
                  .description("Bytes of files that OSTree clients were given")
                  .tag("kind", kind.label)
                  .register(registry)));
    }
  }

  void sent(Kind kind, long bytes) {
    Counters each = counters.get(kind);
    each.requests().increment();
    each.bytes().increment((double) bytes);
  }
}

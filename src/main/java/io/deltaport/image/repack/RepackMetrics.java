package io.deltaport.image.repack;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;

/** What monitoring sees of repacking. Thread-safe. */
@ApplicationScoped
class RepackMetrics {
  private final Counter read;
  private final Counter written;
  private final Counter objects;

  RepackMetrics(MeterRegistry registry) {
    this.read =
        Counter.builder("deltaport.repack.read")
            .baseUnit("bytes")
            .description("Bytes of objects that repacking has gone through")
            .register(registry);
    this.written =
        Counter.builder("deltaport.repack.written")
            .baseUnit("bytes")
            .description("Bytes of packs that repacking has written and that are in use")
            .register(registry);
    this.objects =
        Counter.builder("deltaport.repack.moved.objects")
            .description("Objects that repacking has moved to other packs")
            .register(registry);
  }

  void read(long count) {
    read.increment((double) count);
  }

  void moved(long count, long bytes) {
    objects.increment((double) count);
    written.increment((double) bytes);
  }
}

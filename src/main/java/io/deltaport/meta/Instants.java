package io.deltaport.meta;

import java.time.Instant;
import java.time.OffsetDateTime;

/** The time types that native queries give. */
final class Instants {
  private Instants() {}

  static Instant of(Object value) {
    return value instanceof OffsetDateTime time ? time.toInstant() : (Instant) value;
  }
}

package io.deltaport.delta;

import io.deltaport.ostree.Checksum;
import java.io.IOException;
import java.util.Optional;

/**
 * Remembers how files are made from others, whatever delta they were compared for. Thread-safe.
 * What is in it may go at any time.
 */
public interface PatchCache {
  /**
   * What a patch goes from and to.
   *
   * @param piece number of the piece of a file that is compared in several, else 0
   */
  record Key(Checksum source, Checksum target, int piece, DeltaEffort effort) {}

  /** Remembers nothing. */
  PatchCache NONE =
      new PatchCache() {
        @Override
        public Optional<byte[]> find(Key key) {
          return Optional.empty();
        }

        @Override
        public void put(Key key, byte[] patch) {}
      };

  /** Returns what was put in. */
  Optional<byte[]> find(Key key) throws IOException;

  /** Remembers a patch in the form of {@link PatchCodec}. */
  void put(Key key, byte[] patch) throws IOException;
}

package io.deltaport.image;

import io.deltaport.util.Sha256;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Keeps the running digests of uploads between their chunks, so that the bytes are read once.
 * Thread-safe. Losing an entry costs one more read of the upload, nothing else.
 */
@ApplicationScoped
class UploadHashes {
  /** Uploads whose state is kept: each takes some hundred bytes. */
  private static final int ENTRIES_MAX = 10_000;

  private record State(MessageDigest digest, long offset) {}

  private final Map<UUID, State> states =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<UUID, State> eldest) {
          return size() > ENTRIES_MAX;
        }
      };

  /** Takes out the computation over exactly the first {@code offset} bytes, if it is here. */
  synchronized Optional<MessageDigest> take(UUID upload, long offset) {
    State state = states.remove(upload);
    if (offset == 0 && (state == null || state.offset != 0)) {
      return Optional.of(Sha256.newDigest());
    }
    return state != null && state.offset == offset ? Optional.of(state.digest) : Optional.empty();
  }

  synchronized void put(UUID upload, MessageDigest digest, long offset) {
    states.put(upload, new State(digest, offset));
  }

  synchronized void forget(UUID upload) {
    states.remove(upload);
  }
}

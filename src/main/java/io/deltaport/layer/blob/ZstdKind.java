package io.deltaport.layer.blob;

import io.deltaport.util.ByteSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Blobs of one zstd frame that the zstd library makes with usual settings. The payload is {@link
 * ZstdSettings}.
 */
final class ZstdKind implements BlobKind {
  private static final int LEVEL_DEFAULT = 3;

  /** Beyond this level the library makes less than some 40 MB a second. */
  private static final int LEVEL_FAST_MAX = 9;

  private static final int LEVEL_MAX = 19;

  /** Longest tar for slow levels: so that making a blob again takes seconds. */
  private static final long SLOW_TAR_MAX_BYTES = 32L << 20;

  @Override
  public int code() {
    return 3;
  }

  @Override
  public String name() {
    return "zstd";
  }

  @Override
  public boolean isSeekable() {
    return false;
  }

  @Override
  public boolean describe(ByteSource blob, ByteSource tar, OutputStream payload)
      throws IOException {
    Optional<ZstdSettings> found = find(blob, tar, null);
    if (found.isPresent()) {
      payload.write(found.get().encode());
    }
    return found.isPresent();
  }

  /**
   * Finds settings with which the library makes a blob of one frame.
   *
   * @param first which to try first; null when nothing is known
   */
  static Optional<ZstdSettings> find(ByteSource blob, ByteSource tar, ZstdSettings first)
      throws IOException {
    Optional<ZstdHeader> header;
    try (InputStream in = blob.open(0)) {
      header = ZstdHeader.read(in);
    }
    if (header.isEmpty() || header.get().hasDictionary()) {
      return Optional.empty();
    }
    List<ZstdSettings> candidates = new ArrayList<>(candidates(header.get(), tar.length()));
    if (first != null) {
      candidates.addFirst(first);
    }
    for (ZstdSettings settings : candidates) {
      if (EncodedStream.gives(blob, tar, encoder(settings, tar))) {
        return Optional.of(settings);
      }
    }
    return Optional.empty();
  }

  /** Wrong ones cost a block or two each. */
  private static List<ZstdSettings> candidates(ZstdHeader header, long tarLength) {
    List<ZstdSettings> all = new ArrayList<>();
    for (int window : List.of(0, header.windowLog())) {
      for (int workers = 0; workers <= 1; workers++) {
        all.add(settings(header, LEVEL_DEFAULT, workers, window));
        int last = tarLength > SLOW_TAR_MAX_BYTES ? LEVEL_FAST_MAX : LEVEL_MAX;
        for (int level = 1; level <= last; level++) {
          all.add(settings(header, level, workers, window));
        }
      }
    }
    return all.stream().distinct().toList();
  }

  private static ZstdSettings settings(ZstdHeader header, int level, int workers, int window) {
    return new ZstdSettings(level, header.hasChecksum(), header.hasSize(), workers, window);
  }

  static ZstdEncoder encoder(ZstdSettings settings, ByteSource tar) throws IOException {
    return new ZstdEncoder(settings, tar.length());
  }

  @Override
  public InputStream open(BlobRecipe recipe, ByteSource tar, long offset) throws IOException {
    byte[] payload;
    try (InputStream in = recipe.payload().open(0)) {
      payload = in.readNBytes(ZstdSettings.BYTES + 1);
    }
    ZstdSettings settings =
        ZstdSettings.decode(payload)
            .orElseThrow(() -> new BlobRecipeException(recipe.blob(), "settings out of range"));
    return EncodedStream.open(tar, encoder(settings, tar), offset);
  }
}

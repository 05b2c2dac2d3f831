package io.deltaport.delta;

import io.deltaport.ostree.Checksum;
import java.util.Optional;

/**
 * Adds up how each file is made and tells a listener. The parts of a sparse file and the pieces of
 * a large one are one file. Used by the writing thread alone.
 */
final class MatchTally {
  private final MatchListener listener;
  private Checksum object;
  private String path;
  private SourceChoice choice;
  private long copiedBytes;
  private long patchedBytes;
  private long newBytes;

  MatchTally(MatchListener listener) {
    this.listener = listener;
  }

  /** Begins a file, unless {@code content} is a further part of the present one. */
  void begin(TargetPart.Content content, SourceChoice made) {
    if (content.offset() > 0 && content.object().equals(object)) {
      return;
    }
    end();
    object = content.object();
    path = ArchivePath.normalize(content.path());
    choice = made;
  }

  void copied(long bytes) {
    copiedBytes += bytes;
  }

  void added(long bytes) {
    newBytes += bytes;
  }

  void patched(EditScript script) {
    long bytes = script.targetBytes();
    long matched = script.matchedBytes();
    long copied = bytes - script.dataBytes();
    copiedBytes += copied;
    patchedBytes += matched - copied;
    newBytes += bytes - matched;
  }

  /** Ends the present file, if there is one. */
  void end() {
    if (path != null) {
      listener.matched(match());
    }
    object = null;
    path = null;
    copiedBytes = 0;
    patchedBytes = 0;
    newBytes = 0;
  }

  private SourceMatch match() {
    Optional<SourceFile> source = choice.source();
    boolean vain = source.isPresent() && copiedBytes + patchedBytes == 0 && newBytes > 0;
    return new SourceMatch(
        path,
        source.map(SourceFile::path).orElse(""),
        vain ? MatchReason.UNLIKE : choice.reason(),
        copiedBytes + patchedBytes + newBytes,
        copiedBytes,
        patchedBytes,
        newBytes);
  }
}

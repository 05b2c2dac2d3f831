package io.deltaport.delta.ocidelta;

import io.deltaport.delta.SourceFile;
import io.deltaport.delta.TargetPart;
import io.deltaport.delta.plain.PlainEncoding;
import io.deltaport.ostree.Checksum;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Counts what passes of changed files that are compressed by themselves. Not thread-safe. */
final class CompressedContent {
  private final Set<Checksum> unchanged;
  private long bytes;

  CompressedContent(List<SourceFile> sources) {
    unchanged = sources.stream().map(SourceFile::object).collect(Collectors.toSet());
  }

  /** Returns the same parts. */
  Iterator<TargetPart> counted(Iterator<TargetPart> parts) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return parts.hasNext();
      }

      @Override
      public TargetPart next() {
        TargetPart part = parts.next();
        if (part instanceof TargetPart.Content content) {
          count(content);
        }
        return part;
      }
    };
  }

  private void count(TargetPart.Content content) {
    String path = new String(content.path(), StandardCharsets.UTF_8);
    if (PlainEncoding.of(path).isPresent() && !unchanged.contains(content.object())) {
      bytes += content.length();
    }
  }

  /** Returns the bytes so far and begins anew. */
  long take() {
    long taken = bytes;
    bytes = 0;
    return taken;
  }
}

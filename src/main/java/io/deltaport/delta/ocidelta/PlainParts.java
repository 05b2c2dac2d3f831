package io.deltaport.delta.ocidelta;

import io.deltaport.delta.TargetPart;
import io.deltaport.delta.plain.PlainEncoding;
import io.deltaport.delta.plain.PlainFile;
import io.deltaport.delta.plain.PlainObjects;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Optional;

/**
 * Parts of a tar in which compressed files are plain. Headers stay as they are. Not thread-safe; an
 * {@link IOException} comes out unchecked.
 */
final class PlainParts implements Iterator<TargetPart> {
  private final Iterator<TargetPart> parts;
  private final PlainObjects objects;

  PlainParts(Iterator<TargetPart> parts, PlainObjects objects) {
    this.parts = parts;
    this.objects = objects;
  }

  @Override
  public boolean hasNext() {
    return parts.hasNext();
  }

  @Override
  public TargetPart next() {
    TargetPart part = parts.next();
    if (!(part instanceof TargetPart.Content content)) {
      return part;
    }
    try {
      return plain(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private TargetPart plain(TargetPart.Content content) throws IOException {
    // Any bytes go there and back this way.
    String path = new String(content.path(), StandardCharsets.ISO_8859_1);
    Optional<PlainEncoding> encoding = PlainEncoding.of(path);
    if (encoding.isEmpty()) {
      return content;
    }
    Optional<PlainFile> plain =
        objects
            .plain(content.object(), encoding.get())
            .filter(file -> content.offset() == 0 && content.length() == file.packedBytes());
    if (plain.isEmpty()) {
      return content;
    }
    byte[] name = encoding.get().plainPath(path).getBytes(StandardCharsets.ISO_8859_1);
    return new TargetPart.Content(name, plain.get().object(), 0, plain.get().plainBytes());
  }
}

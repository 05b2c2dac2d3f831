package io.deltaport.delta.tardiff;

import io.deltaport.delta.SourceFile;
import io.deltaport.delta.TargetPart;
import io.deltaport.ostree.Checksum;
import io.deltaport.store.ObjectNotFoundException;
import io.deltaport.store.ObjectReader;
import io.deltaport.tar.LiteralSink;
import io.deltaport.tar.TarEntry;
import io.deltaport.tar.TarLimits;
import io.deltaport.tar.TarReader;
import io.deltaport.tar.TarType;
import io.deltaport.util.Sha256;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.commons.io.input.BoundedInputStream;

/**
 * The contents of files where they lie in archives, named by their SHA-256. Takes no archives with
 * sparse files. Thread-safe.
 */
final class TarContents implements ObjectReader {
  private static final int BUFFER_BYTES = 256 << 10;

  private record Place(Path archive, long offset, long length) {}

  private interface FileSink {
    void file(TarEntry entry, Checksum content);
  }

  private final Map<Checksum, Place> places = new ConcurrentHashMap<>();

  /** Reads the archive of an old image. */
  List<SourceFile> source(Path archive) throws IOException {
    List<SourceFile> files = new ArrayList<>();
    read(
        archive,
        LiteralSink.NONE,
        (entry, content) -> files.add(new SourceFile(path(entry), content, entry.size())));
    return files;
  }

  /** Reads the archive of a new layer. */
  List<TargetPart> target(Path archive) throws IOException {
    List<TargetPart> parts = new ArrayList<>();
    ByteArrayOutputStream literal = new ByteArrayOutputStream();
    read(
        archive,
        literal::write,
        (entry, content) -> {
          parts.add(new TargetPart.Literal(literal.toByteArray()));
          literal.reset();
          parts.add(new TargetPart.Content(entry.path(), content, 0, entry.size()));
        });
    parts.add(new TargetPart.Literal(literal.toByteArray()));
    return parts;
  }

  private void read(Path archive, LiteralSink literals, FileSink files) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(archive), BUFFER_BYTES)) {
      TarReader reader = new TarReader(in, TarLimits.DEFAULT, literals);
      for (TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
        if (entry.type() != TarType.FILE || entry.size() == 0) {
          continue;
        }
        if (entry.isSparse()) {
          throw new IOException("a sparse file: " + path(entry));
        }
        long offset = reader.position();
        MessageDigest digest = Sha256.newDigest();
        new DigestInputStream(reader.content(), digest).transferTo(OutputStream.nullOutputStream());
        Checksum content = new Checksum(digest.digest());
        places.put(content, new Place(archive, offset, entry.size()));
        files.file(entry, content);
      }
    }
  }

  private static String path(TarEntry entry) {
    String path = new String(entry.path(), StandardCharsets.UTF_8);
    return path.startsWith("./") ? path.substring(2) : path;
  }

  @Override
  public InputStream openContent(Checksum object) throws IOException {
    Place place = places.get(object);
    if (place == null) {
      throw new ObjectNotFoundException(object);
    }
    FileChannel file = FileChannel.open(place.archive()).position(place.offset());
    return BoundedInputStream.builder()
        .setInputStream(Channels.newInputStream(file))
        .setMaxCount(place.length())
        .get();
  }

  @Override
  public InputStream open(Checksum object) {
    throw new UnsupportedOperationException("the engine reads contents only");
  }

  @Override
  public Map<Checksum, Long> lengths(Collection<Checksum> objects) {
    throw new UnsupportedOperationException("the engine knows lengths from its sources");
  }
}

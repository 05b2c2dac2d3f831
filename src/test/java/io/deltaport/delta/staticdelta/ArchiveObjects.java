package io.deltaport.delta.staticdelta;

import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.ContentHeader;
import io.deltaport.ostree.GVariant;
import io.deltaport.ostree.GVariant.MemberType;
import io.deltaport.ostree.GVariant.Slice;
import io.deltaport.ostree.Xattrs;
import io.deltaport.store.ObjectNotFoundException;
import io.deltaport.store.ObjectReader;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/** Reads the objects of an OSTree repository of the mode {@code archive}. Thread-safe. */
public final class ArchiveObjects implements ObjectReader {
  private static final int BUFFER_BYTES = 64 << 10;
  private static final List<MemberType> TYPES =
      List.of(
          MemberType.UINT64,
          MemberType.UINT32,
          MemberType.UINT32,
          MemberType.UINT32,
          MemberType.UINT32,
          MemberType.BYTES,
          MemberType.BYTES);

  private final Path repository;

  public ArchiveObjects(Path repository) {
    this.repository = repository;
  }

  public Checksum ref(String name) throws IOException {
    return Checksum.parse(Files.readString(repository.resolve("refs/heads/" + name)).strip());
  }

  public DeltaCommit commit(String ref) throws IOException {
    Checksum checksum = ref(ref);
    return new DeltaCommit(checksum, Files.readAllBytes(path(checksum, "commit")));
  }

  private record File(ContentHeader header, long length, InputStream content) {}

  private Path path(Checksum object, String suffix) {
    String hex = object.hex();
    return repository.resolve(
        "objects/" + hex.substring(0, 2) + "/" + hex.substring(2) + "." + suffix);
  }

  private File file(Checksum object) throws IOException {
    Path path = path(object, "filez");
    if (!Files.exists(path)) {
      throw new ObjectNotFoundException(object);
    }
    DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(path), BUFFER_BYTES));
    byte[] variant = new byte[in.readInt()];
    in.readInt();
    in.readFully(variant);
    List<Slice> members = GVariant.untuple(Slice.of(variant), TYPES);
    ContentHeader header =
        new ContentHeader(
            members.get(1).uint32(),
            members.get(2).uint32(),
            members.get(3).uint32(),
            members.get(4).uint32(),
            members.get(5).string(),
            Xattrs.decode(members.get(6)));
    Inflater inflater = new Inflater(true);
    InputStream content =
        new InflaterInputStream(in, inflater, BUFFER_BYTES) {
          @Override
          public void close() throws IOException {
            inflater.end();
            super.close();
          }
        };
    return new File(header, members.get(0).uint64(), content);
  }

  @Override
  public InputStream open(Checksum object) throws IOException {
    for (String suffix : new String[] {"dirtree", "dirmeta"}) {
      Path metadata = path(object, suffix);
      if (Files.exists(metadata)) {
        return Files.newInputStream(metadata);
      }
    }
    File file = file(object);
    InputStream header = new ByteArrayInputStream(file.header.encode());
    if (!file.header.isRegular()) {
      file.content.close();
      return header;
    }
    return new SequenceInputStream(header, file.content);
  }

  @Override
  public InputStream openContent(Checksum object) throws IOException {
    return file(object).content;
  }

  @Override
  public Map<Checksum, Long> lengths(Collection<Checksum> objects) throws IOException {
    Map<Checksum, Long> lengths = new HashMap<>();
    for (Checksum object : objects) {
      lengths.put(object, length(object));
    }
    return lengths;
  }

  private long length(Checksum object) throws IOException {
    for (String suffix : new String[] {"dirtree", "dirmeta"}) {
      Path metadata = path(object, suffix);
      if (Files.exists(metadata)) {
        return Files.size(metadata);
      }
    }
    File file = file(object);
    file.content.close();
    return file.header.encode().length + file.length;
  }
}

package io.deltaport.image.transfer;

import io.deltaport.image.RegistryException;
import io.deltaport.layer.ObjectSink;
import io.deltaport.meta.Database;
import io.deltaport.meta.OstreeImports;
import io.deltaport.meta.Repositories;
import io.deltaport.meta.StoredObjects;
import io.deltaport.oci.ErrorCode;
import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.ContentHeader;
import io.deltaport.ostree.DirMeta;
import io.deltaport.ostree.DirTree;
import io.deltaport.ostree.ObjectName;
import io.deltaport.ostree.ObjectType;
import io.deltaport.ostree.OstreeFormatException;
import io.deltaport.ostree.stream.ObjectStreamReader;
import io.deltaport.ostree.stream.ObjectStreamReader.Entry;
import io.deltaport.store.ObjectKind;
import io.deltaport.store.driver.Driver;
import io.deltaport.store.pack.PackObject;
import io.deltaport.store.pack.PackWriter;
import io.deltaport.store.pack.PublishedPack;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Receives the objects of commits that are to come. Thread-safe.
 *
 * <p>One stream becomes one pack, durable before the answer, without the objects that the store has
 * from anywhere: whoever sends cannot tell. When one object is bad, nothing of the stream is kept.
 */
@ApplicationScoped
public class ObjectReceiver {
  private final Driver driver;
  private final Database database;
  private final Repositories repositories;
  private final OstreeImports imports;
  private final StoredObjects stored;
  private final TransferLimits limits;

  ObjectReceiver(
      Driver driver,
      Database database,
      Repositories repositories,
      OstreeImports imports,
      StoredObjects stored,
      TransferLimits limits) {
    this.driver = driver;
    this.database = database;
    this.repositories = repositories;
    this.imports = imports;
    this.stored = stored;
    this.limits = limits;
  }

  /**
   * Takes a stream of files, dirtrees and dirmetas.
   *
   * @return how many objects it had
   * @throws RegistryException if one of them is malformed or not what its name says
   */
  public int receive(String repository, InputStream body) throws IOException {
    return limits.inTurn(() -> receiveNow(repository, body));
  }

  private int receiveNow(String repository, InputStream body) throws IOException {
    try (ObjectStreamReader in =
            new ObjectStreamReader(
                new ClientStream(body), TransferLimits.OBJECTS_MAX, limits.streamBytesMax());
        PackWriter pack = new PackWriter(driver)) {
      List<ObjectName> names = receive(in, pack);
      Optional<PublishedPack> published = pack.publish();
      if (published.isPresent()) {
        stored.record(published.get());
      }
      record(repository, names);
      return names.size();
    } catch (OstreeFormatException e) {
      throw malformed(e);
    }
  }

  private List<ObjectName> receive(ObjectStreamReader in, PackWriter pack) throws IOException {
    ObjectSink sink = new ObjectSink(pack, stored);
    List<ObjectName> names = new ArrayList<>();
    for (Entry entry = in.next(); entry != null; entry = in.next()) {
      ObjectName name = entry.name();
      Checksum found;
      try {
        found = take(entry, sink);
      } catch (OstreeFormatException e) {
        throw new OstreeFormatException("the object " + name + " is malformed: " + e.getMessage());
      }
      if (!found.equals(name.checksum())) {
        throw new RegistryException(
            ErrorCode.DIGEST_INVALID, "the object " + name + " is damaged: its checksum differs");
      }
      names.add(name);
    }
    sink.flush();
    return names;
  }

  private static Checksum take(Entry entry, ObjectSink sink) throws IOException {
    ObjectType type = entry.name().type();
    if (type == ObjectType.FILE) {
      return file(entry, sink);
    }
    if (type != ObjectType.DIRTREE && type != ObjectType.DIRMETA) {
      throw new OstreeFormatException("commits are sent one by one, after their objects");
    }
    byte[] object = whole(entry);
    if (type == ObjectType.DIRTREE) {
      DirTree.decode(object);
    } else {
      DirMeta.decode(object);
    }
    return sink.add(kind(type), object);
  }

  private static Checksum file(Entry entry, ObjectSink sink) throws IOException {
    if (entry.length() <= ObjectSink.SMALL_MAX_BYTES) {
      byte[] object = entry.content().readAllBytes();
      header(new ByteArrayInputStream(object), object.length);
      return sink.add(ObjectKind.FILE, object);
    }
    byte[] header = header(entry.content(), entry.length());
    PackObject object = sink.begin(ObjectKind.FILE, entry.length());
    object.write(header);
    entry.content().transferTo(object);
    return sink.settle(object, entry.length());
  }

  /** Reads the header of a file object; what is read is exactly what is returned. */
  private static byte[] header(InputStream in, long length) throws IOException {
    ContentHeader header = ContentHeader.read(in);
    byte[] bytes = header.encode();
    int type = header.mode() & ContentHeader.TYPE_MASK;
    if (type != ContentHeader.TYPE_REGULAR && type != ContentHeader.TYPE_SYMLINK) {
      throw new OstreeFormatException("OSTree stores files and symbolic links only");
    }
    if (type == ContentHeader.TYPE_SYMLINK
        && (bytes.length != length || header.symlinkTarget().length == 0)) {
      throw new OstreeFormatException("a symbolic link has a target and no content");
    }
    return bytes;
  }

  /** Reads a metadata object. */
  static byte[] whole(Entry entry) throws IOException {
    if (entry.length() > TransferLimits.METADATA_BYTES_MAX) {
      throw new OstreeFormatException(
          "it has more than " + TransferLimits.METADATA_BYTES_MAX + " bytes");
    }
    return entry.content().readAllBytes();
  }

  private static ObjectKind kind(ObjectType type) {
    return ObjectKind.ofCode(type.code()).orElseThrow();
  }

  private void record(String repository, List<ObjectName> names) {
    long id = database.transact(session -> repositories.findOrCreate(session, repository));
    for (int i = 0; i < names.size(); i += TransferLimits.NAMES_MAX) {
      List<ObjectName> batch =
          names.subList(i, Math.min(names.size(), i + TransferLimits.NAMES_MAX)).stream()
              .distinct()
              .toList();
      database.transact(session -> imports.recordSent(session, id, batch));
    }
  }

  static RegistryException malformed(OstreeFormatException e) {
    return new RegistryException(ErrorCode.MANIFEST_INVALID, e.getMessage());
  }
}

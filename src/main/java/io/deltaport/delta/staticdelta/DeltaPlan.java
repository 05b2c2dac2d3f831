package io.deltaport.delta.staticdelta;

import io.deltaport.delta.SourceCatalog;
import io.deltaport.delta.SourceFile;
import io.deltaport.delta.SourceFinder;
import io.deltaport.delta.TargetPart;
import io.deltaport.ostree.ContentHeader;
import io.deltaport.ostree.OstreeFormatException;
import io.deltaport.ostree.staticdelta.DeltaObject;
import io.deltaport.ostree.staticdelta.Fallback;
import io.deltaport.ostree.staticdelta.PartHeader;
import io.deltaport.store.ObjectReader;
import io.deltaport.util.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which objects a delta brings, and in which part each of them is. About 500 bytes of memory for
 * each object.
 *
 * @param parts objects of each part, none empty
 * @param fallbacks objects in no part
 * @param objectBytes length of all of them
 */
record DeltaPlan(List<List<NewObject>> parts, List<Fallback> fallbacks, long objectBytes) {
  /** Longest file that can still be in a part, with some room for its tables and operations. */
  private static final long FILE_MAX_BYTES = PartHeader.PAYLOAD_MAX_BYTES - (16 << 20);

  /** What ostree 2026.3 allows for one object's extended attributes, less what else it counts. */
  private static final int HEADER_MAX_BYTES = 60 << 10;

  private static final int OTHERS_READ = 04;

  /** Like files lie together, so that each part is compressed with what is similar to it. */
  private static final Comparator<NewObject> ORDER =
      Comparator.comparing((NewObject object) -> !object.object().isMetadata())
          .thenComparing(NewObject::path);

  /**
   * Plans a delta.
   *
   * @param source objects of the commit that the device has, empty for a delta from nothing
   * @param progress may end the work
   */
  static DeltaPlan of(
      Map<DeltaObject, TreeObjects.Found> source,
      Map<DeltaObject, TreeObjects.Found> target,
      ObjectReader objects,
      StaticDeltaOptions options,
      Progress progress)
      throws IOException {
    SourceFinder finder =
        SourceFinder.of(
            catalog(source), newFiles(source, target), objects, options.threads(), progress);
    List<NewObject> all = new ArrayList<>();
    List<Fallback> fallbacks = new ArrayList<>();
    long bytes = 0;
    for (Map.Entry<DeltaObject, TreeObjects.Found> entry : target.entrySet()) {
      if (source.containsKey(entry.getKey())) {
        continue;
      }
      NewObject object = describe(entry.getKey(), entry.getValue(), finder, objects);
      bytes += object.length();
      if (isFallback(object, options)) {
        long length = entry.getValue().length();
        fallbacks.add(new Fallback(object.object(), length, length));
      } else {
        all.add(object);
      }
    }
    all.sort(ORDER);
    return new DeltaPlan(split(all, options.partBytes()), fallbacks, bytes);
  }

  private static SourceCatalog catalog(Map<DeltaObject, TreeObjects.Found> source) {
    List<SourceFile> files = new ArrayList<>();
    source.forEach(
        (object, found) -> {
          if (!object.isMetadata()) {
            files.add(new SourceFile(found.path(), object.checksum(), found.length()));
          }
        });
    return new SourceCatalog(files);
  }

  private static Iterable<TargetPart> newFiles(
      Map<DeltaObject, TreeObjects.Found> source, Map<DeltaObject, TreeObjects.Found> target) {
    List<TargetPart> files = new ArrayList<>();
    target.forEach(
        (object, found) -> {
          if (!object.isMetadata() && !source.containsKey(object)) {
            byte[] path = found.path().getBytes(StandardCharsets.UTF_8);
            files.add(new TargetPart.Content(path, object.checksum(), 0, found.length()));
          }
        });
    return files;
  }

  private static NewObject describe(
      DeltaObject object, TreeObjects.Found found, SourceFinder finder, ObjectReader objects)
      throws IOException {
    if (object.isMetadata()) {
      return new NewObject(
          object, found.path(), found.length(), Optional.empty(), Optional.empty());
    }
    ContentHeader header = header(object, objects);
    int type = header.mode() & ContentHeader.TYPE_MASK;
    if (type == ContentHeader.TYPE_SYMLINK) {
      return new NewObject(
          object,
          found.path(),
          header.symlinkTarget().length,
          Optional.of(header),
          Optional.empty());
    }
    if (!header.isRegular()) {
      throw new OstreeFormatException("OSTree has no objects like " + object);
    }
    long length = found.length() - header.encode().length;
    Optional<SourceFile> older = finder.older(object.checksum(), found.path(), length);
    return new NewObject(
        object, found.path(), length, Optional.of(header), readable(older, objects));
  }

  /** Keeps an older file only where every client may read it, as libostree does. */
  private static Optional<SourceFile> readable(Optional<SourceFile> older, ObjectReader objects)
      throws IOException {
    if (older.isEmpty()) {
      return older;
    }
    SourceFile file = older.get();
    ContentHeader header = header(new DeltaObject(DeltaObject.FILE, file.object()), objects);
    if (!header.isRegular() || (header.mode() & OTHERS_READ) == 0) {
      return Optional.empty();
    }
    long length = file.length() - header.encode().length;
    return Optional.of(new SourceFile(file.path(), file.object(), length));
  }

  private static ContentHeader header(DeltaObject object, ObjectReader objects) throws IOException {
    try (InputStream in = objects.open(object.checksum())) {
      return ContentHeader.read(in);
    } catch (OstreeFormatException e) {
      throw new OstreeFormatException("the object " + object + ": " + e.getMessage());
    }
  }

  private static boolean isFallback(NewObject object, StaticDeltaOptions options) {
    if (object.header().isEmpty()) {
      return false;
    }
    if (object.length() > FILE_MAX_BYTES
        || object.header().get().encode().length > HEADER_MAX_BYTES) {
      return true;
    }
    return options.fallbackMinBytes() > 0
        && object.length() >= options.fallbackMinBytes()
        && object.older().isEmpty();
  }

  private static List<List<NewObject>> split(List<NewObject> objects, int partBytes) {
    List<List<NewObject>> parts = new ArrayList<>();
    List<NewObject> part = new ArrayList<>();
    long bytes = 0;
    for (NewObject object : objects) {
      if (!part.isEmpty() && bytes + object.length() > partBytes) {
        parts.add(part);
        part = new ArrayList<>();
        bytes = 0;
      }
      part.add(object);
      bytes += object.length();
    }
    if (!part.isEmpty()) {
      parts.add(part);
    }
    return parts;
  }
}

package io.deltaport.cli;

import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.ObjectName;
import io.deltaport.ostree.ObjectType;
import io.deltaport.ostree.OstreeFormatException;
import io.deltaport.ostree.repo.FileObject;
import io.deltaport.ostree.repo.RepoReader;
import io.deltaport.ostree.repo.RepoTree;
import io.deltaport.ostree.stream.ObjectStreamWriter;
import io.deltaport.util.Progress;
import io.deltaport.util.Sha256;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Collection;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sends objects of a repository in batches, several at a time. What the server has acknowledged
 * need not be sent again. Each object is checked against its name before it is sent.
 */
final class ObjectBatches {
  /** Bytes of objects after which a batch is sent: what an interrupted import loses at most. */
  private static final long BATCH_BYTES = 96 << 20;

  /** Objects after which a batch is sent. */
  private static final int BATCH_OBJECTS = 8192;

  /** Local files come as fast as they are compressed, by two threads; others are waited for. */
  private static final int WORKERS_HERE = 3;

  private static final int WORKERS_REMOTE = 12;

  private final RepoReader repo;
  private final RepoTree trees;
  private final OstreeApi api;
  private final Progress progress;
  private final int workers;
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong objects = new AtomicLong();

  ObjectBatches(RepoReader repo, boolean remote, OstreeApi api, Progress progress) {
    this.repo = repo;
    this.trees = new RepoTree(repo);
    this.api = api;
    this.progress = progress;
    this.workers = remote ? WORKERS_REMOTE : WORKERS_HERE;
  }

  long bytesSent() {
    return bytes.get();
  }

  long objectsSent() {
    return objects.get();
  }

  /** Sends all of the objects; the first failure ends it. */
  void send(Collection<ObjectName> names) throws IOException {
    Queue<ObjectName> queue = new ConcurrentLinkedQueue<>(names);
    Workers.run(
        Math.min(workers, names.size()),
        () -> {
          while (!queue.isEmpty()) {
            sendBatch(queue);
          }
        });
  }

  private void sendBatch(Queue<ObjectName> queue) throws IOException {
    Path file = Files.createTempFile("deltaport", ".objects");
    try {
      long count = 0;
      long length = 0;
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file));
          ObjectStreamWriter writer = new ObjectStreamWriter(out)) {
        while (length < BATCH_BYTES && count < BATCH_OBJECTS) {
          ObjectName name = queue.poll();
          if (name == null) {
            break;
          }
          length += add(writer, name);
          count++;
        }
        writer.finish();
      }
      if (count > 0) {
        api.sendObjects(file);
        objects.addAndGet(count);
        progress.update("send", bytes.addAndGet(length), -1);
      }
    } finally {
      Files.delete(file);
    }
  }

  private long add(ObjectStreamWriter writer, ObjectName name) throws IOException {
    if (name.type() != ObjectType.FILE) {
      byte[] object = trees.required(name);
      writer.add(name, object);
      return object.length;
    }
    MessageDigest digest = Sha256.newDigest();
    long length;
    try (FileObject file = repo.file(name.checksum())) {
      byte[] header = file.header().encode();
      digest.update(header);
      length = header.length + file.size();
      writer.add(name, header, new DigestInputStream(file.content(), digest), file.size());
    } catch (OstreeFormatException e) {
      throw e.getMessage().contains(name.toString())
          ? e
          : new OstreeFormatException("the object " + name + " is damaged: " + e.getMessage());
    }
    if (!new Checksum(digest.digest()).equals(name.checksum())) {
      throw new OstreeFormatException("the object " + name + " is damaged: its checksum differs");
    }
    return length;
  }
}

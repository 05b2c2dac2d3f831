package io.deltaport.image.cold;

import io.deltaport.oci.Digest;
import io.deltaport.util.Hex;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One blob being made into a file that grows, while any number of readers follow it. Thread-safe.
 *
 * <p>The last byte is given to nobody before the digest of the whole was compared: a reader that
 * has everything has the right bytes. A reader that is slow, or goes away, holds up nobody.
 */
final class Rebuild {
  private static final int BUFFER_BYTES = 128 << 10;

  /** Readers are told of new bytes at first soon, then in steps that cost little for a thousand. */
  private static final int STEP_BYTES = 1 << 20;

  private final Digest digest;
  private final long length;
  private final Path file;
  private final boolean wanted;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition grown = lock.newCondition();
  private long written;
  private boolean whole;
  private IOException failure;
  private int readers;
  private boolean ended;

  /** What makes the blob. */
  interface Source {
    InputStream open() throws IOException;
  }

  /** What is done with the file when it is whole; it is removed afterwards if it is still there. */
  interface Keeper {
    void keep(Path file) throws IOException;
  }

  /**
   * Begins.
   *
   * @param length of the blob, as its row has it
   * @param file where to write it, which is not there yet
   * @param wanted whether it is to be made whole also when no reader is left
   */
  Rebuild(Digest digest, long length, Path file, boolean wanted) {
    this.digest = digest;
    this.length = length;
    this.file = file;
    this.wanted = wanted;
  }

  /**
   * Makes the blob; called once, by the thread that does the work.
   *
   * @throws IOException what readers get as well
   */
  void run(Source source, Keeper keeper) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      write(source, channel);
      end(null);
      if (wanted) {
        channel.force(true);
        keeper.keep(file);
      }
    } catch (IOException | RuntimeException e) {
      IOException problem = e instanceof IOException io ? io : new IOException(e);
      end(problem);
      throw problem;
    } finally {
      close();
    }
  }

  private void write(Source source, FileChannel channel) throws IOException {
    MessageDigest hash = digest.newMessageDigest();
    byte[] buffer = new byte[BUFFER_BYTES];
    long made = 0;
    try (InputStream in = source.open()) {
      for (int got = in.read(buffer); got >= 0; got = in.read(buffer)) {
        hash.update(buffer, 0, got);
        ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, got);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        made += got;
        if (made > length) {
          throw new WrongBlobException(digest, "it is longer than it was pushed");
        }
        grow(made);
      }
    }
    if (made != length || !Hex.encode(hash.digest()).equals(digest.hex())) {
      throw new WrongBlobException(digest, "its digest differs");
    }
  }

  private void grow(long made) {
    lock.lock();
    try {
      if (readers == 0 && !wanted) {
        CancellationException cancelled =
            new CancellationException("nobody waits for the blob " + digest + " any more");
        failure = new IOException(cancelled); // Nobody joins from now on.
        throw cancelled;
      }
      boolean tell = made - written >= Math.min(STEP_BYTES, written);
      if (tell) {
        written = made;
        grown.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  private void end(IOException problem) {
    lock.lock();
    try {
      if (!whole && failure == null) {
        whole = problem == null;
        failure = problem;
      }
      grown.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Removes the file, unless somebody keeps it under another name; who has it open reads on. */
  private void close() throws IOException {
    lock.lock();
    try {
      ended = true;
      Files.deleteIfExists(file);
    } finally {
      lock.unlock();
    }
  }

  /** Counts one more reader, who calls {@link #leave} later; returns false when it is too late. */
  boolean join() {
    lock.lock();
    try {
      boolean open = !ended && failure == null;
      readers += open ? 1 : 0;
      return open;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Opens the file once it has its first bytes.
   *
   * @return null when it is no longer there: it is kept elsewhere
   * @throws IOException as {@link #await}
   */
  FileChannel open() throws IOException {
    await(0);
    lock.lock();
    try {
      return ended ? null : FileChannel.open(file, StandardOpenOption.READ);
    } catch (NoSuchFileException e) {
      return null;
    } finally {
      lock.unlock();
    }
  }

  /** A reader has what it wanted, or gives up. */
  void leave() {
    lock.lock();
    try {
      readers--;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until bytes from {@code position} on may be handed out.
   *
   * @return the end of those that may
   * @throws IOException if there will be no more: what was handed out is not to be trusted
   */
  long await(long position) throws IOException {
    lock.lock();
    try {
      while (true) {
        if (failure != null) {
          throw new IOException("the blob " + digest + " is not made again", failure);
        }
        long end = whole ? length : Math.min(written, length - 1);
        if (end > position || whole) {
          return end;
        }
        grown.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits until the whole blob may be handed out. */
  void awaitWhole() throws IOException {
    await(length - 1);
  }

  Digest digest() {
    return digest;
  }

  long length() {
    return length;
  }
}

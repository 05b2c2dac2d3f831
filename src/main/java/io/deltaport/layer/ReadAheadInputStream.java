package io.deltaport.layer;

import io.deltaport.util.PieceInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Reads another stream on a thread of its own, so that expanding a layer and storing its objects
 * overlap. One reader at a time.
 *
 * <p>What the other stream throws comes out of {@link #read} after the bytes before it. After
 * {@link #close} the thread has ended and the other stream is closed.
 */
final class ReadAheadInputStream extends PieceInputStream {
  private static final int BLOCK_BYTES = 256 * 1024;

  /** Blocks in flight: enough to bridge a burst of small files, a megabyte of memory. */
  private static final int BLOCKS = 4;

  private final InputStream source;
  private final Runnable onBlock;
  private final BlockingQueue<Block> full = new ArrayBlockingQueue<>(BLOCKS + 1);
  private final BlockingQueue<Block> free = new ArrayBlockingQueue<>(BLOCKS);
  private final Thread thread;
  private Block current = new Block();
  private int at;

  private static final class Block {
    final byte[] bytes = new byte[BLOCK_BYTES];
    int length;
    boolean last;
    Throwable failure;
  }

  /**
   * Starts to read.
   *
   * @param onBlock called by the reader before each block of 256 KiB; what it throws ends the read
   */
  ReadAheadInputStream(InputStream source, Runnable onBlock) {
    this.source = source;
    this.onBlock = onBlock;
    for (int i = 1; i < BLOCKS; i++) {
      free.add(new Block());
    }
    this.thread = Thread.ofPlatform().daemon().name("layer-expand").start(this::readAll);
  }

  private void readAll() {
    try {
      boolean last = false;
      while (!last) {
        Block block = free.take();
        fill(block);
        last = block.last; // afterwards the block belongs to the reader
        full.put(block);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the reader has closed
    }
  }

  @SuppressWarnings("IllegalCatch") // handed on to the reader
  private void fill(Block block) {
    block.length = 0;
    try {
      while (block.length < BLOCK_BYTES && !block.last) {
        int got = source.read(block.bytes, block.length, BLOCK_BYTES - block.length);
        block.last = got < 0;
        block.length += Math.max(got, 0);
      }
    } catch (IOException | RuntimeException | Error e) {
      block.failure = e;
      block.last = true;
    }
  }

  @Override
  public int read(byte[] bytes, int offset, int count) throws IOException {
    Objects.checkFromIndexSize(offset, count, bytes.length);
    if (count == 0) {
      return 0;
    }
    while (at == current.length) {
      if (current.last) {
        return end();
      }
      nextBlock();
    }
    int got = Math.min(count, current.length - at);
    System.arraycopy(current.bytes, at, bytes, offset, got);
    at += got;
    return got;
  }

  private void nextBlock() throws IOException {
    onBlock.run();
    try {
      free.put(current);
      current = full.take();
      at = 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("interrupted while reading").initCause(e);
    }
  }

  private int end() throws IOException {
    switch (current.failure) {
      case null -> {
        return -1;
      }
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IOException(current.failure);
    }
  }

  @Override
  public void close() throws IOException {
    thread.interrupt();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    source.close();
  }
}

package io.deltaport.image.scrub;

import io.deltaport.store.driver.Driver;
import io.deltaport.store.driver.PendingFile;
import io.deltaport.store.driver.StoredFile;
import io.deltaport.util.Throttle;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A driver whose streams are held back. Thread-safe. */
record ThrottledDriver(Driver driver, Throttle throttle) implements Driver {
  @Override
  public PendingFile create() throws IOException {
    return driver.create();
  }

  @Override
  public PendingFile create(String name) throws IOException {
    return driver.create(name);
  }

  @Override
  public PendingFile resume(String name, long length) throws IOException {
    return driver.resume(name, length);
  }

  @Override
  public void discard(String name) throws IOException {
    driver.discard(name);
  }

  @Override
  public long length(String key) throws IOException {
    return driver.length(key);
  }

  @Override
  public InputStream read(String key, long offset, long length) throws IOException {
    return new Slow(driver.read(key, offset, length), throttle);
  }

  @Override
  public Optional<Path> path(String key) {
    return driver.path(key);
  }

  @Override
  public void delete(String key) throws IOException {
    driver.delete(key);
  }

  @Override
  public boolean delete(StoredFile seen) throws IOException {
    return driver.delete(seen);
  }

  @Override
  public Optional<StoredFile> find(String key) throws IOException {
    return driver.find(key);
  }

  @Override
  public boolean quarantine(StoredFile seen, String to) throws IOException {
    return driver.quarantine(seen, to);
  }

  @Override
  public List<StoredFile> list(String prefix, String after, int limit) throws IOException {
    return driver.list(prefix, after, limit);
  }

  @Override
  public List<StoredFile> listPending(String after, int limit) throws IOException {
    return driver.listPending(after, limit);
  }

  private static final class Slow extends FilterInputStream {
    private final Throttle throttle;

    Slow(InputStream in, Throttle throttle) {
      super(in);
      this.throttle = throttle;
    }

    @Override
    public int read() throws IOException {
      int b = super.read();
      throttle.pass(b < 0 ? 0 : 1);
      return b;
    }

    @Override
    public int read(byte[] bytes, int offset, int count) throws IOException {
      int got = super.read(bytes, offset, count);
      throttle.pass(Math.max(0, got));
      return got;
    }
  }
}

package io.deltaport.image;

import java.io.IOException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/** A lock for each key, for work that two jobs of one server need and one of them does. */
public final class KeyLocks {
  private final ConcurrentHashMap<String, ReentrantLock> locks = new ConcurrentHashMap<>();

  /** Something to do. */
  public interface Work<T> {
    T run() throws IOException;
  }

  /** Does the work while nobody else does any with this key. */
  public <T> T locked(String key, Work<T> work) throws IOException {
    ReentrantLock lock = locks.computeIfAbsent(key, each -> new ReentrantLock());
    lock.lock();
    try {
      return work.run();
    } finally {
      lock.unlock();
      locks.remove(key, lock);
    }
  }
}

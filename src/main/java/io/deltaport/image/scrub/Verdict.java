package io.deltaport.image.scrub;

import io.deltaport.layer.RecipeFormatException;
import io.deltaport.layer.blob.BlobRecipeException;
import io.deltaport.store.driver.Driver;
import io.deltaport.store.driver.StoredFile;
import io.deltaport.store.pack.PackFormatException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;

/**
 * What looking at a file has shown.
 *
 * @param seen the file that was looked at, or null when it is missing
 * @param damage {@code changed}, {@code cut}, {@code missing}, {@code unreadable}, or null when it
 *     is whole
 * @param detail for people, or null
 */
record Verdict(StoredFile seen, String damage, String detail) {
  static final String CHANGED = "changed";
  static final String CUT = "cut";
  static final String MISSING = "missing";
  static final String UNREADABLE = "unreadable";

  /** Reads a file as far as it takes to say that it is whole. */
  interface Check {
    /** Throws what is wrong with the file. */
    void run() throws IOException;
  }

  /** A file's bytes are not those that its name promises. */
  static final class WrongDigestException extends IOException {
    private static final long serialVersionUID = 1L;

    WrongDigestException(String message) {
      super(message);
    }
  }

  boolean whole() {
    return damage == null;
  }

  boolean unreadable() {
    return UNREADABLE.equals(damage);
  }

  /**
   * Looks at a file.
   *
   * @param lengthBytes what its row says
   * @throws InterruptedIOException when the thread is interrupted
   */
  static Verdict of(Driver driver, String key, long lengthBytes, Check check) throws IOException {
    Optional<StoredFile> file = driver.find(key);
    if (file.isEmpty()) {
      return new Verdict(null, MISSING, "its file is missing");
    }
    StoredFile seen = file.get();
    if (seen.lengthBytes() != lengthBytes) {
      return new Verdict(
          seen,
          seen.lengthBytes() < lengthBytes ? CUT : CHANGED,
          "its file has %d bytes instead of %d".formatted(seen.lengthBytes(), lengthBytes));
    }
    try {
      check.run();
      return new Verdict(seen, null, null);
    } catch (InterruptedIOException | ClosedByInterruptException e) {
      throw e;
    } catch (WrongDigestException
        | BlobRecipeException
        | PackFormatException
        | RecipeFormatException e) {
      return new Verdict(seen, CHANGED, e.getMessage());
    } catch (NoSuchFileException e) {
      return new Verdict(null, MISSING, "its file is missing");
    } catch (EOFException e) {
      return new Verdict(seen, CUT, "its file is shorter than it was");
    } catch (IOException e) {
      return new Verdict(seen, UNREADABLE, "its file cannot be read: " + e.getMessage());
    }
  }
}

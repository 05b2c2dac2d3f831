package io.deltaport.image.keys;

import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Where the master key comes from: the setting {@code deltaport.keys.master}, the file that {@code
 * deltaport.keys.master-file} names, or the data folder's own file, which is made when the first
 * key is. Read anew each time, so that a file that was put back is found. Thread-safe.
 */
@ApplicationScoped
class MasterKeys {
  private static final Logger LOG = Logger.getLogger(MasterKeys.class);

  /** Name of the file in the data folder. */
  private static final String FILE = "keys.secret";

  /** A master key has 64 digits; there is room for white space. */
  private static final int FILE_MAX_BYTES = 1024;

  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");
  private static final Set<PosixFilePermission> OTHERS =
      PosixFilePermissions.fromString("---rwxrwx");

  private final KeySettings settings;
  private final Path folder;
  private final SecureRandom random = new SecureRandom();
  private boolean warned;

  MasterKeys(KeySettings settings, @ConfigProperty(name = "deltaport.data") String data) {
    this.settings = settings;
    this.folder = Path.of(data).toAbsolutePath();
  }

  /**
   * Returns the master key.
   *
   * @throws KeysUnavailableException if there is none, or none can be read
   */
  MasterKey get() {
    if (settings.master().isPresent()) {
      return parse(settings.master().get(), "the setting deltaport.keys.master");
    }
    Path file = file();
    try {
      warnOfReaders(file);
      return parse(read(file), "the file " + file);
    } catch (NoSuchFileException e) {
      throw new KeysUnavailableException(
          "the file "
              + file
              + " with the master key is missing; put it back from a backup, or remove the signing"
              + " keys that it protects and make new ones",
          e);
    } catch (IOException e) {
      throw new KeysUnavailableException(
          "the file " + file + " with the master key cannot be read: " + e, e);
    }
  }

  /** Returns the master key, making it when nothing is configured and the file is not there. */
  synchronized MasterKey getOrMake() throws IOException {
    boolean own = settings.master().isEmpty() && settings.masterFile().isEmpty();
    if (own && Files.notExists(file())) {
      make(file());
    }
    return get();
  }

  /** Tells users where the master key is looked for. */
  String place() {
    return settings.master().isPresent()
        ? "the setting deltaport.keys.master"
        : "the file " + file();
  }

  private Path file() {
    return settings.masterFile().map(Path::of).orElse(folder.resolve(FILE));
  }

  private static MasterKey parse(String text, String place) {
    MasterKey key = MasterKey.parse(text);
    if (key == null) {
      throw new KeysUnavailableException(
          place + " holds no master key: that is 64 lowercase hexadecimal digits");
    }
    return key;
  }

  private static String read(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      return new String(in.readNBytes(FILE_MAX_BYTES), StandardCharsets.US_ASCII);
    }
  }

  private synchronized void warnOfReaders(Path file) throws IOException {
    if (!warned && Files.getPosixFilePermissions(file).stream().anyMatch(OTHERS::contains)) {
      LOG.warnf("OTHERS CAN READ THE MASTER KEY in %s; forbid it with chmod 600", file);
      warned = true;
    }
  }

  /** Durable before it is used: keys that are encrypted with a lost master key are lost. */
  private void make(Path file) throws IOException {
    Path unfinished = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(unfinished);
    Files.createFile(unfinished, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    Files.writeString(unfinished, MasterKey.generate(random) + "\n");
    force(unfinished, StandardOpenOption.WRITE);
    Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    force(folder, StandardOpenOption.READ);
    LOG.infof("Made the master key for signing keys: %s. Back it up apart from the data", file);
  }

  private static void force(Path path, StandardOpenOption how) throws IOException {
    try (FileChannel channel = FileChannel.open(path, how)) {
      channel.force(true);
    }
  }
}

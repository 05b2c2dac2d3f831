package io.deltaport.wiring;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * PostgreSQL's programs, unpacked once for each user from the archive that is a library of ours.
 */
final class PostgresBinaries {
  /** Names the folder, so that another version gets another one. */
  private static final String VERSION = "18.6.0";

  private PostgresBinaries() {}

  /** Returns the folder with {@code bin/postgres}, unpacking it first where needed. */
  static Path unpack() throws IOException, StartException {
    String archive =
        switch (System.getProperty("os.arch").toLowerCase(Locale.ROOT)) {
          case "amd64", "x86_64" -> "postgres-linux-x86_64.txz";
          case "aarch64", "arm64" -> "postgres-linux-arm_64.txz";
          default ->
              throw new StartException(
                  "no PostgreSQL comes with Deltaport for this processor; give one with"
                      + " --database-url");
        };
    Path target = cache().resolve("postgresql-" + VERSION);
    if (!Files.exists(target)) {
      Files.createDirectories(target.getParent());
      Path partial = Files.createTempDirectory(target.getParent(), "postgresql-");
      try (InputStream packed = PostgresBinaries.class.getResourceAsStream("/" + archive)) {
        if (packed == null) {
          throw new StartException("the library with PostgreSQL's programs is missing: " + archive);
        }
        unpack(packed, partial);
        Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException e) {
        delete(partial);
        if (!Files.exists(target)) {
          throw e;
        }
      }
    }
    return target;
  }

  private static Path cache() {
    String chosen = System.getenv("XDG_CACHE_HOME");
    Path root =
        chosen == null || chosen.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(chosen);
    return root.resolve("deltaport");
  }

  private static void unpack(InputStream packed, Path target) throws IOException {
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(packed)))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        Path path = target.resolve(entry.getName()).normalize();
        if (!path.startsWith(target)) {
          throw new IOException("the archive names a file outside itself: " + entry.getName());
        }
        write(tar, entry, path);
      }
    }
    Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static void write(TarArchiveInputStream tar, TarArchiveEntry entry, Path path)
      throws IOException {
    if (entry.isDirectory()) {
      Files.createDirectories(path);
      return;
    }
    Files.createDirectories(path.getParent());
    if (entry.isSymbolicLink()) {
      try {
        Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
      } catch (FileAlreadyExistsException e) {
        // The archive names some links twice.
      }
    } else {
      Files.copy(tar, path, StandardCopyOption.REPLACE_EXISTING);
      boolean executable = (entry.getMode() & 0100) != 0;
      Files.setPosixFilePermissions(
          path, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}

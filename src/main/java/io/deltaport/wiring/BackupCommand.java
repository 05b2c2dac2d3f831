package io.deltaport.wiring;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Copies a data folder, beside the server that uses it or without one. What comes out is a data
 * folder.
 *
 * <p>Files are written before rows that name them, and unlinked a day after rows that named them:
 * so the database is copied first, and the files then have all that it names.
 */
@Command(
    name = "deltaport backup",
    mixinStandardHelpOptions = true,
    description = {
      "Copies a data folder while its server runs, or without one. The copy is a data folder itself:",
      "look at it with fsck --data DIR --rebuild, and serve it. Into a folder with an earlier backup "
          + "only what is new is copied."
    },
    footer = {
      "",
      "The master key of signing keys (keys.secret) is left out: keep it apart from backups.",
      "",
      "Examples:",
      "  deltaport backup --data data /mnt/backup/deltaport",
      "  deltaport backup --data data --files-only /mnt/backup/deltaport   # the database is elsewhere"
    })
final class BackupCommand implements Callable<Integer> {
  /** What is no part of a backup: made anew, of one run only, or the master key. */
  private static final Set<String> LEFT_OUT =
      Set.of(
          "cache",
          "temp",
          "pending",
          "work",
          "lock",
          "keys.secret",
          "postgres.log",
          "postgres.sql");

  private static final String DATABASE = "postgres";

  /** Is there while a backup is not whole. */
  private static final String UNFINISHED = "backup.unfinished";

  private static final String NEW = "postgres.new";
  private static final String OLD = "postgres.old";

  /**
   * Files of rows that were deleted meanwhile are unlinked a day later, unless that was changed.
   */
  private static final Duration LONG = Duration.ofHours(12);

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = "data",
      description = "The data folder (default: data).")
  private Path data;

  @Option(
      names = "--files-only",
      description = "The database is not in the folder: it was dumped before.")
  private boolean filesOnly;

  @Parameters(paramLabel = "DIR", description = "Where the backup goes.")
  private Path target;

  @Override
  public Integer call() {
    try {
      backUp(data.toAbsolutePath().normalize(), target.toAbsolutePath().normalize());
      return 0;
    } catch (IOException | SQLException | StartException e) {
      System.err.println("deltaport: the backup failed: " + e.getMessage());
      return 1;
    }
  }

  private void backUp(Path from, Path to) throws IOException, SQLException, StartException {
    check(from, to);
    Instant began = Instant.now();
    Files.createDirectories(to);
    DurableCopy copy = new DurableCopy();
    // Nobody serves the copy while it is made.
    try (DataFolder held = DataFolder.open(to)) {
      Files.writeString(to.resolve(UNFINISHED), began.toString());
      DurableCopy.sync(to);
      copyDatabase(from, held.path(), copy);
      for (Path entry : entries(from)) {
        copyEntry(entry, to.resolve(entry.getFileName()), copy);
      }
      DurableCopy.sync(to);
      finish(from, to);
      Files.delete(to.resolve(UNFINISHED));
      DurableCopy.sync(to);
    }
    System.out.printf(
        "%d files copied, %d bytes; %d were there already%n",
        copy.files(), copy.bytes(), copy.kept());
    tell(from, Duration.between(began, Instant.now()));
  }

  /** Refuses a folder with a backup that was broken off: a new database would be made in it. */
  static void checkFinished(Path folder) throws StartException {
    if (Files.exists(folder.resolve(UNFINISHED))) {
      throw new StartException(
          folder + " has a backup that was broken off; make it again before it is used");
    }
  }

  private void check(Path from, Path to) throws IOException {
    if (!Files.isDirectory(from.resolve("blobs")) && !Files.isDirectory(from.resolve(DATABASE))) {
      throw new IOException(from + " is no data folder");
    }
    if (to.startsWith(from) || from.startsWith(to)) {
      throw new IOException("the backup cannot lie in the data folder, nor around it");
    }
    if (filesOnly == Files.isDirectory(from.resolve(DATABASE))) {
      throw new IOException(
          filesOnly
              ? "the database is in " + from + ": leave --files-only out"
              : "the database is not in " + from + ": dump it first, and use --files-only then");
    }
  }

  private void copyDatabase(Path from, Path to, DurableCopy copy) throws IOException, SQLException {
    if (filesOnly) {
      return;
    }
    Path fresh = to.resolve(NEW);
    EmbeddedPostgres.deleteTree(fresh);
    Path database = from.resolve(DATABASE);
    try (DataFolder idle = DataFolder.open(from)) {
      // No server, and with the lock held none comes: the files do not change.
      PostgresProcess.stopOrphan(database);
      copy.tree(database, fresh, path -> !path.endsWith("postmaster.pid"), false);
      DurableCopy.sync(idle.path());
    } catch (StartException e) {
      new PostgresBackup(database).copy(fresh, copy);
    }
    copy.file(from.resolve("postgres.password"), to.resolve("postgres.password"), false);
  }

  private static List<Path> entries(Path from) throws IOException {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(from)) {
      for (Path entry : all) {
        String name = entry.getFileName().toString();
        if (!LEFT_OUT.contains(name) && !name.startsWith(DATABASE)) {
          found.add(entry);
        }
      }
    }
    return found;
  }

  private static void copyEntry(Path entry, Path to, DurableCopy copy) throws IOException {
    if (Files.isDirectory(entry)) {
      copy.tree(entry, to, path -> true, true);
    } else {
      copy.file(entry, to, false);
    }
  }

  /** Puts the database in its place when all that it names is there. */
  private void finish(Path from, Path to) throws IOException {
    if (!filesOnly) {
      Path database = to.resolve(DATABASE);
      EmbeddedPostgres.deleteTree(to.resolve(OLD));
      if (Files.exists(database)) {
        Files.move(database, to.resolve(OLD), StandardCopyOption.ATOMIC_MOVE);
      }
      Files.move(to.resolve(NEW), database, StandardCopyOption.ATOMIC_MOVE);
      DurableCopy.sync(to);
      EmbeddedPostgres.deleteTree(to.resolve(OLD));
    }
    for (Path entry : entries(from)) {
      if (Files.isDirectory(entry)) {
        DurableCopy.prune(entry, to.resolve(entry.getFileName()));
      }
    }
  }

  private static void tell(Path from, Duration took) {
    if (Files.exists(from.resolve("keys.secret"))) {
      System.out.println("keys.secret is not in the backup: keep it in another place");
    }
    if (took.compareTo(LONG) > 0) {
      System.err.println(
          "deltaport: the backup took "
              + took.toHours()
              + " hours: was that less than deltaport.gc.grace? Else make another one on top");
    }
  }
}

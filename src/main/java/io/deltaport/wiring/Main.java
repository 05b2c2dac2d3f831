package io.deltaport.wiring;

import io.quarkus.runtime.annotations.QuarkusMain;
import java.util.Arrays;
import org.jboss.logmanager.LogManager;
import picocli.CommandLine;

/**
 * Where the server program begins: {@code deltaport serve}, {@code deltaport fsck --data}, {@code
 * deltaport backup}.
 */
@QuarkusMain
public final class Main {
  private Main() {}

  /** Serves until it is told to stop, or does what the first word says. */
  public static void main(String... args) {
    // Before anything logs: Java asks for it once.
    System.setProperty("java.util.logging.manager", LogManager.class.getName());
    if (args.length > 0 && args[0].equals("fsck")) {
      String[] options = Arrays.copyOfRange(args, 1, args.length);
      System.exit(new CommandLine(new OfflineFsck()).execute(options));
    }
    if (args.length > 0 && args[0].equals("backup")) {
      String[] options = Arrays.copyOfRange(args, 1, args.length);
      System.exit(new CommandLine(new BackupCommand()).execute(options));
    }
    int status = new CommandLine(new ServeCommand()).execute(args);
    if (status != 0) {
      System.exit(status);
    }
  }
}

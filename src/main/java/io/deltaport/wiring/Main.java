package io.deltaport.wiring;

import io.quarkus.runtime.annotations.QuarkusMain;
import picocli.CommandLine;

/** Where the server program begins: {@code deltaport serve}. */
@QuarkusMain
public final class Main {
  private Main() {}

  /** Serves until it is told to stop. */
  public static void main(String... args) {
    int status = new CommandLine(new ServeCommand()).execute(args);
    if (status != 0) {
      System.exit(status);
    }
  }
}

package io.deltaport.cli;

import picocli.CommandLine.Option;

/** Which server a verb talks to. */
final class ServerOptions {
  @Option(
      names = "--server",
      paramLabel = "URL",
      description =
          "Address of the server (default: the environment's DELTAPORT_URL, or"
              + " http://localhost:5000).")
  private String server;

  ApiClient client() {
    String address = server != null ? server : System.getenv("DELTAPORT_URL");
    return new ApiClient(address == null ? "http://localhost:5000" : address);
  }
}

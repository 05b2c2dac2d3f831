package io.deltaport.wiring;

import java.nio.file.Files;
import java.nio.file.Path;
import org.eclipse.microprofile.config.ConfigProvider;
import picocli.CommandLine.Option;

/**
 * HTTPS, with HTTP/2 for clients that speak it. A setting may come as an option, an environment
 * variable or a property, in this order of strength.
 */
final class TlsOptions {
  private static final String CERTIFICATE = "deltaport.tls.certificate";
  private static final String KEY = "deltaport.tls.key";

  @Option(
      names = "--tls-certificate",
      paramLabel = "FILE",
      description = "PEM file with the server's certificate and those above it: serves HTTPS.")
  private String certificate;

  @Option(
      names = "--tls-key",
      paramLabel = "FILE",
      description = "PEM file with its private key (PKCS #8).")
  private String key;

  /**
   * Turns HTTPS on when it is wanted.
   *
   * @param port the only port, then without plain HTTP
   */
  void apply(String port) throws StartException {
    String certificateFile = setting(certificate, CERTIFICATE);
    String keyFile = setting(key, KEY);
    if (certificateFile.isEmpty() && keyFile.isEmpty()) {
      return;
    }
    check(certificateFile, "--tls-certificate", "certificate");
    check(keyFile, "--tls-key", "private key");
    System.setProperty("quarkus.http.ssl.certificate.files", certificateFile);
    System.setProperty("quarkus.http.ssl.certificate.key-files", keyFile);
    System.setProperty("quarkus.http.ssl-port", port);
    System.setProperty("quarkus.http.insecure-requests", "disabled");
    System.setProperty("deltaport.scheme", "https");
  }

  private static void check(String file, String option, String what) throws StartException {
    if (file.isEmpty()) {
      throw new StartException("HTTPS needs a " + what + ", too; give it with " + option);
    }
    if (!Files.isReadable(Path.of(file))) {
      throw new StartException("the file " + file + " with the " + what + " cannot be read");
    }
  }

  private static String setting(String option, String name) {
    return option != null
        ? option
        : ConfigProvider.getConfig().getOptionalValue(name, String.class).orElse("");
  }
}

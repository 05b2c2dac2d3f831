package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** HTTPS with a certificate of the operator, and HTTP/2 for clients that speak it. */
final class TlsIT {
  private static final int SIZE = 20 << 20;

  @RegisterExtension static final WorkFolder FOLDER = new WorkFolder();

  private static Path certificates;
  private static ServerProcess server;

  @BeforeAll
  static void start() throws Exception {
    Path folder = FOLDER.fresh();
    certificates = Files.createDirectories(folder.resolve("certificates"));
    Path certificate = certificates.resolve("ca.crt");
    Path key = folder.resolve("server.key");
    Command.program(
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=localhost",
            "-addext",
            "subjectAltName=DNS:localhost",
            "-keyout",
            key,
            "-out",
            certificate)
        .ok();
    server =
        ServerLaunch.on(folder.resolve("data")).tls(certificate, key, trust(certificate)).start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void aBlobTravelsOverHttp2() throws Exception {
    byte[] content = new RepeatedBytes(5, SIZE).readAllBytes();
    String digest = Digest.sha256(content).toString();
    try (HttpClient client = server.client()) {
      HttpResponse<String> pushed =
          client.send(
              request("/v2/tls/blobs/uploads/?digest=" + digest)
                  .POST(BodyPublishers.ofByteArray(content))
                  .build(),
              BodyHandlers.ofString());
      assertThat(pushed.statusCode()).as(pushed.body()).isEqualTo(201);
      assertThat(pushed.version()).isEqualTo(HttpClient.Version.HTTP_2);
      HttpResponse<byte[]> pulled =
          client.send(request("/v2/tls/blobs/" + digest).build(), BodyHandlers.ofByteArray());
      assertThat(pulled.version()).isEqualTo(HttpClient.Version.HTTP_2);
      assertThat(pulled.body()).isEqualTo(content);
    }
  }

  @Test
  void aRefusedUploadHarmsNoOtherStream() throws Exception {
    try (HttpClient client = server.client()) {
      HttpResponse<String> refused =
          client.send(
              request("/v2/tls/blobs/uploads/00000000-0000-0000-0000-000000000000")
                  .method("PATCH", BodyPublishers.ofByteArray(new byte[1 << 20]))
                  .build(),
              BodyHandlers.ofString());
      assertThat(refused.statusCode()).isEqualTo(404);
      assertThat(client.send(request("/v2/").build(), BodyHandlers.discarding()).statusCode())
          .isEqualTo(200);
    }
  }

  @Test
  void skopeoPushesAndPulls() {
    Path folder = FOLDER.fresh();
    Layout layout = Trees.small().layout();
    String image = "docker://" + server.host() + "/tls/os:v1";
    Skopeo.copy("--dest-cert-dir=" + certificates, "oci:" + layout.folder() + ":v1", image).ok();
    Skopeo.copy("--src-cert-dir=" + certificates, image, "oci:" + folder + ":back").ok();
    Layout back = new Layout(folder);
    assertThat(back.verify(back.image("back"))).isEqualTo(layout.image("v1"));
  }

  @Test
  void plainHttpIsNotServed() throws IOException {
    try (RawHttp plain = new RawHttp(server)) {
      plain.head("GET /v2/ HTTP/1.1", "Host: localhost");
      assertThat(plain.status()).isNotEqualTo(200);
    }
  }

  private static HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(server.url() + path))
        .header("Content-Type", "application/octet-stream");
  }

  private static SSLContext trust(Path certificate) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (InputStream in = Files.newInputStream(certificate)) {
      store.setCertificateEntry(
          "server", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  /** A pull is thousands of small requests, many at a time on one connection. */
  @Test
  void ostreePullsOverHttp2() {
    Registry registry = new Registry(server, "tls/os");
    Command.client(
            "skopeo",
            "copy",
            "--preserve-digests",
            "--dest-cert-dir=" + certificates,
            "oci:" + Trees.small().layout().folder() + ":v1",
            "docker://" + server.host() + "/" + registry.repository() + ":v1")
        .ok();
    OstreeRepo repo = OstreeRepo.init(FOLDER.fresh().resolve("repo"), "archive");
    repo.ostree(
            "remote",
            "add",
            "--no-gpg-verify",
            "--no-sign-verify",
            "--set=tls-ca-path=" + certificates.resolve("ca.crt"),
            "origin",
            server.url() + "/ostree/" + registry.repository())
        .ok();
    Await.until(
        "the ref is there",
        Await.PATIENCE,
        () -> repo.ostree("pull", "--commit-metadata-only", "origin", "v1").run().status() == 0);
    Command.Result summary =
        repo.ostree("remote", "summary", "origin")
            .env("G_MESSAGES_DEBUG", "all")
            .env("OSTREE_DEBUG_HTTP", "1")
            .run();
    assertThat(summary.err()).contains("using HTTP/2");
    repo.ostree("pull", "--disable-static-deltas", "origin", "v1").ok();
    repo.ostree("fsck").ok();
  }
}

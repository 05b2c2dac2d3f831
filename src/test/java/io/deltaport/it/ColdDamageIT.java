package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.it.Damager.Kind;
import io.deltaport.it.LayoutBuilder.Compression;
import io.deltaport.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Damage to what a cold blob is made of is never served as a whole answer, and heals by a push. */
class ColdDamageIT {
  private static final int FILES = 40;
  private static final int FILE_BYTES = 150_000;

  @RegisterExtension static final WorkFolder FOLDER = new WorkFolder();

  private final Random random = new Random();
  private Path data;
  private Layout layout;
  private ColdServer server;
  private Damager damager;

  @BeforeEach
  void start() throws IOException {
    data = FOLDER.fresh().resolve("data");
    layout = image(FOLDER.fresh());
    server = ColdServer.start(data, "0");
    damager = new Damager(data, random);
    push();
    server.awaitCold(layers());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Layout image(Path folder) throws IOException {
    Path tree = Files.createDirectory(folder.resolve("tree"));
    for (int i = 0; i < FILES; i++) {
      byte[] content = new byte[FILE_BYTES];
      random.nextBytes(content);
      Files.write(tree.resolve("file" + i), content);
    }
    Path tar = folder.resolve("layer.tar");
    Command.program("tar", "-C", tree, "-cf", tar, ".").ok();
    return new LayoutBuilder(folder.resolve("oci"))
        .tar(tar, Compression.NONE)
        .image("plain")
        .tar(tar, Compression.GZIP)
        .image("gzip")
        .build();
  }

  private void push() {
    Skopeo.push(layout, "plain", server.process(), "cold/os:plain");
    Skopeo.push(layout, "gzip", server.process(), "cold/os:gzip");
  }

  private List<String> layers() {
    return List.of(
        layout.image("plain").layers().getFirst(), layout.image("gzip").layers().getFirst());
  }

  @Test
  void aDamagedPackIsNoticedAndHealedByAPush() throws Exception {
    damageAll("packs");
    assertNeverWrong();
    assertHeals();
  }

  @Test
  void aDamagedRecipeIsNoticedAndHealedByAPush() throws Exception {
    damageAll("recipes");
    assertNeverWrong();
    assertHeals();
  }

  @Test
  void aDamagedBlobRecipeIsNoticedAndHealedByAPush() throws Exception {
    damageAll("blob-recipes");
    assertNeverWrong();
    assertHeals();
  }

  @Test
  void theScrubFindsWhatNobodyAskedFor() throws Exception {
    damageAll("packs");
    ScrubReport report = ScrubReport.of(server.process());
    assertThat(report.status()).as("%s%n%s", report, server.process().log()).isEqualTo(4);
    awaitAbsent();
    push();
    awaitPulled();
  }

  @Test
  void aChangedBitCostsOneObject() throws Exception {
    Jobs.awaitIdle(server.registry("cold/os"));
    Sql sql = new Sql(data);
    String objects = "select count(*) from object";
    long before = Long.parseLong(sql.query(objects).getFirst().getFirst());
    for (Path pack : damager.files("packs")) {
      if (Files.size(pack) > 1 << 20) {
        Damager.flip(pack, Files.size(pack) / 2);
      }
    }
    assertThat(ScrubReport.of(server.process()).status()).isEqualTo(4);
    assertThat(sql.query(objects).getFirst().getFirst()).isEqualTo(Long.toString(before - 1));
    assertHeals();
  }

  @Test
  void rowsThatAreLostTakeNoRecipeWithThem() throws Exception {
    Jobs.awaitIdle(server.registry("cold/os"));
    new Sql(data).run("delete from object where get_byte(checksum, 0) < 100");
    ScrubReport report = ScrubReport.of(server.process());
    assertThat(report.status()).as("%s", report).isEqualTo(4);
    assertThat(report.findings().toString()).contains("fsck --rebuild");
    server.close();
    assertThat(ScrubReport.rebuild(data).status()).isEqualTo(3);
    server = ColdServer.start(data, "0");
    awaitPulled();
    assertThat(layers()).noneMatch(layer -> Files.exists(server.raw(layer)));
    assertThat(ScrubReport.of(server.process()).status()).isZero();
  }

  /** A copy that is kept for those who ask often is as good as a push. */
  @Test
  void aKeptCopyHeals() throws Exception {
    server.close();
    server = ColdServer.start(data, "1G");
    for (String layer : layers()) {
      assertThat(get(layer)).isEqualTo(layer);
      Await.until("it is kept", Await.PATIENCE, () -> Files.exists(server.kept(layer)));
    }
    damageAll("packs");
    ScrubReport.of(server.process());
    Await.until(
        "the files are back, or went again",
        Await.PATIENCE,
        () -> server.process().log().contains("a copy of it was kept"));
    awaitPulled();
    Jobs.awaitIdle(server.registry("cold/os"));
    server.awaitCold(layers());
    server.close();
    server = ColdServer.start(data, "0");
    awaitPulled();
  }

  private void damageAll(String folder) throws IOException {
    for (Path file : damager.files(folder)) {
      damager.damage(file, Kind.FLIP);
    }
  }

  private void assertNeverWrong() throws Exception {
    for (int i = 0; i < 6; i++) {
      for (String layer : layers()) {
        assertThat(get(layer)).isIn("", layer);
        byte[] part = part(layer, 100_000 + random.nextInt(200_000), 5000);
        assertThat(part.length).isIn(0, 5000);
      }
    }
  }

  private void assertHeals() {
    awaitAbsent();
    push();
    awaitPulled();
    Jobs.awaitIdle(server.registry("cold/os"));
    server.awaitCold(layers());
    awaitPulled();
    assertThat(ScrubReport.of(server.process()).status()).isIn(0, 3);
    assertThat(ScrubReport.of(server.process()).status()).isZero();
  }

  private void awaitAbsent() {
    Registry registry = server.registry("cold/os");
    for (String layer : layers()) {
      Await.until(
          "the blob " + layer + " is known to be damaged",
          Await.PATIENCE,
          () -> registry.request().head(registry.path("blobs/" + layer)).statusCode() == 404);
    }
  }

  private void awaitPulled() {
    for (String tag : List.of("plain", "gzip")) {
      assertThat(Skopeo.pull(server.process(), "cold/os:" + tag, FOLDER.fresh()))
          .isEqualTo(layout.image(tag));
    }
  }

  /** Returns the digest of a whole answer; nothing when there is none. */
  private String get(String layer) throws Exception {
    byte[] body = body(HttpRequest.newBuilder(uri(layer)).build());
    return body.length == 0 ? "" : Digest.sha256(body).toString();
  }

  /** Returns a part, which must be right; nothing when there is none. */
  private byte[] part(String layer, int first, int count) throws Exception {
    String range = "bytes=" + first + "-" + (first + count - 1);
    byte[] body = body(HttpRequest.newBuilder(uri(layer)).header("Range", range).build());
    if (body.length > 0) {
      try (InputStream in = Files.newInputStream(layout.blob(layer))) {
        in.skipNBytes(first);
        assertThat(body).isEqualTo(in.readNBytes(count));
      }
    }
    return body;
  }

  private URI uri(String layer) {
    return URI.create(server.process().url() + server.registry("cold/os").path("blobs/" + layer));
  }

  private byte[] body(HttpRequest request) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<byte[]> response = client.send(request, BodyHandlers.ofByteArray());
      if (response.statusCode() >= 400) {
        assertThat(response.statusCode()).as(server.process().log()).isEqualTo(404);
        return new byte[0];
      }
      return response.body();
    } catch (IOException e) {
      return new byte[0]; // The answer was broken off.
    }
  }
}

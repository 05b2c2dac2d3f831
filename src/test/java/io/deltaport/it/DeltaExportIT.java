package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Deltas as files: what is in them is enough for devices that cannot reach the server. */
final class DeltaExportIT {
  private static final String CONTENT = "annotations.'io.github.containers.delta.content'";
  private static final String BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json";

  @RegisterExtension static final WorkFolder WORK = new WorkFolder();

  private static Release release;
  private static Cosign cosign;

  @BeforeAll
  static void signTheTarget() throws IOException {
    release = Release.push(Registry.fresh(), Trees.small().layout(), "v1-layers", "v2-layers");
    cosign = Cosign.withNewKey(WORK.fresh());
    String target = release.target().manifest();
    cosign.sign(release.registry(), target, false);
    cosign.sign(release.registry(), target, true);
    cosign.attest(release.registry(), target);
    release.delta();
  }

  private static Command tool(Object... arguments) {
    Command command = Command.program(Path.of("deltaport").toAbsolutePath().toString(), arguments);
    return command.env("DELTAPORT_URL", release.registry().server().url());
  }

  private static String image(Layout.Image image) {
    return release.registry().repository() + "@" + image.manifest();
  }

  private static Path export(Object... options) {
    Path file = WORK.fresh().resolve("update.delta");
    tool("delta", "export", image(release.source()), image(release.target()), "-o", file)
        .with(options)
        .ok();
    return file;
  }

  private static JsonPath manifest(Path archive) {
    return JsonPath.from(
        Command.client("skopeo", "inspect", "--raw", "oci-archive:" + archive).ok());
  }

  private static List<String> parts(JsonPath manifest, String content) {
    return manifest.getList(
        "layers.findAll { it.%s == '%s' }.digest".formatted(CONTENT, content), String.class);
  }

  private static Layout unpack(Path archive) {
    Path folder = WORK.fresh();
    Command.client("tar", "-C", folder, "-xf", archive).ok();
    return new Layout(folder);
  }

  @Test
  void signaturesOfTheTargetAreVerifiedFromTheFileAlone() throws IOException {
    Path archive = export();
    JsonPath manifest = manifest(archive);
    List<String> signatures = parts(manifest, "cosign-signature");
    assertThat(signatures).as("the tag's and the bundle's, not the attestation's").hasSize(2);
    Layout layout = unpack(archive);
    for (String part : manifest.<String>getList("layers.digest")) {
      assertThat(Layout.sha256(layout.blob(part))).isEqualTo(part);
    }

    String target = applied(archive);
    assertThat(verify(cosign, layout, target, signatures.getFirst()).ok()).contains(target);
    Path bundle =
        layout.blob(
            manifest.getString("layers.find { it.mediaType == '%s' }.digest".formatted(BUNDLE)));
    cosign.verifyBundle(bundle, target).ok();

    Cosign stranger = Cosign.withNewKey(WORK.fresh());
    assertThat(verify(stranger, layout, target, signatures.getFirst()).status()).isNotZero();
    assertThat(stranger.verifyBundle(bundle, target).status()).isNotZero();
    assertThat(cosign.verifyBundle(bundle, release.source().manifest()).status()).isNotZero();
  }

  private static Command.Result verify(Cosign cosign, Layout layout, String image, String signature)
      throws IOException {
    return cosign.verify(layout, image, signature, WORK.fresh());
  }

  /** Applies the file to v1 and returns the digest of the image that it says to have made. */
  private static String applied(Path archive) {
    Path image = WORK.fresh().resolve("v2");
    String source = "oci:" + release.layout().folder() + ":" + release.sourceTag();
    tool("delta", "apply", archive, "--source", source, "-o", image).ok();
    Layout layout = new Layout(image);
    Layout.Image made = layout.verify(layout.image(null));
    assertThat(made.config()).isEqualTo(release.target().config());
    assertThat(made.diffIds()).isEqualTo(release.target().diffIds());
    return JsonPath.from(Command.client("skopeo", "inspect", "--raw", "oci:" + image).ok())
        .getString("annotations.'io.github.containers.delta.target'");
  }

  @Test
  void aDeviceTakesTheFile() throws IOException {
    Clients.require("cfsctl");
    Registry registry = release.registry();
    Device device = new Device(WORK.fresh(), registry.server().host());
    device.pull(registry.repository(), release.source().manifest(), "v1");
    device.pullArchive(export(), "v2");
    assertThat(device.images()).contains(entry("v2", release.target().manifest()));
    device.check();
  }

  @Test
  void creatingWritesTheSameFile() throws IOException {
    Path created = WORK.fresh().resolve("created.delta");
    JsonPath answer =
        JsonPath.from(
            tool("delta", "create", image(release.source()), image(release.target()))
                .with("-o", created, "--json")
                .ok());
    assertThat(answer.getInt("signatures")).isEqualTo(2);
    assertThat(Files.mismatch(created, export())).isEqualTo(-1);
  }

  @Test
  void nothingIsMadeUnlessItIsAskedFor() {
    Registry registry = release.registry();
    String v1 = release.source().manifest();
    String v2 = release.target().manifest();
    Path file = WORK.fresh().resolve("back.delta");
    Command back =
        tool("delta", "export", image(release.target()), image(release.source()), "-o", file);
    Command.Result none = back.run();
    assertThat(none.status()).isEqualTo(1);
    assertThat(none.err()).contains("has no oci-delta delta from " + v2).contains("makes one");
    assertThat(file).doesNotExist();
    Jobs.awaitIdle(registry);
    assertThat(Delta.find(registry, v2, v1)).isEmpty();

    assertThat(back.with("--create").ok()).doesNotContain("signature");
    assertThat(parts(manifest(file), "cosign-signature")).isEmpty();
    assertThat(manifest(file).getString("subject.digest")).isEqualTo(v1);
  }

  @Test
  void aStaticDeltaIsExportedToo() throws IOException {
    Registry registry = release.registry();
    String v2 = SmallImages.awaitRef(registry, "stable", release.target().manifest());
    StaticDelta made = StaticDelta.demand(registry, release.source().manifest(), v2);
    Path file = export("--format=ostree");
    Path named = WORK.fresh().resolve("named.delta");
    String commit = registry.repository() + "@" + made.from();
    String tag = registry.repository() + ":stable";
    tool("delta", "export", "--format=ostree", commit, tag, "-o", named).ok();
    assertThat(Files.mismatch(named, file)).isEqualTo(-1);
    OstreeDevice device = new OstreeDevice(WORK.fresh(), registry);
    device.pullObjects(made.from());
    device.ostree("static-delta", "apply-offline", file).ok();
    device.check(v2);

    Path none = WORK.fresh().resolve("scratch.delta");
    Command scratch = tool("delta", "export", "--format=ostree", "--from-scratch", tag, "-o", none);
    assertThat(scratch.run().err()).contains("has no ostree delta from nothing to stable");
    assertThat(none).doesNotExist();
    scratch.with("--create").ok();
    Device other = new Device(WORK.fresh(), registry.server().host());
    assertThat(other.applyDelta(none)).contains(v2);
  }

  @Test
  void whatCannotBeExportedIsRefused() {
    Object[] places = {"-o", WORK.fresh().resolve("none.delta")};
    Command.Result local = tool("delta", "export", "./a", "./b").with(places).run();
    assertThat(local.status()).isEqualTo(1);
    assertThat(local.err()).contains("delta create").doesNotContain("\tat ");
    Command.Result unknown = tool("delta", "export", "no/such:v1", "no/such:v2").with(places).run();
    assertThat(unknown.err()).contains("no/such").contains("UNKNOWN");
    assertThat(tool("delta", "export", "os:v1", "os:v2").run().status()).isEqualTo(2);
    assertThat(tool("delta", "export", "os:v1").with(places).run().status()).isEqualTo(2);
    Registry registry = release.registry();
    String path = "/api/v1/deltas/between?repository=" + registry.repository();
    Registry.assertError(registry.request().get(path), 400, "UNSUPPORTED");
    Registry.assertError(registry.request().get(path + "&to=stable"), 400, "UNSUPPORTED");
    Registry.assertError(
        registry.request().get(path + "&from=stable&to=stable&format=rpm"), 400, "UNSUPPORTED");
    Registry.assertError(
        registry.request().get(path + "&from=nothing&to=stable"), 404, "MANIFEST_UNKNOWN");
  }
}

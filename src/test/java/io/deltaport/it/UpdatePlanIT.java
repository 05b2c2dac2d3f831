package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Every way from one release to another, as the server and the tool tell it. */
final class UpdatePlanIT {
  private static Response plan(Registry registry, String from, String to) {
    return registry
        .request()
        .queryParam("repository", registry.repository())
        .queryParam("from", from)
        .queryParam("to", to)
        .get("/api/v1/updates");
  }

  private static JsonPath tool(Registry registry, Object... arguments) {
    Command command = Command.program(Path.of("deltaport").toAbsolutePath().toString(), arguments);
    return JsonPath.from(command.env("DELTAPORT_URL", registry.server().url()).ok());
  }

  private static JsonPath of(Response response) {
    assertThat(response.statusCode()).as(response.asString()).isEqualTo(200);
    return response.jsonPath();
  }

  @Test
  void waysAreToldWithTheirBytesCheapestFirst() {
    Release release = Release.ofLayers();
    Registry registry = release.registry();
    Layout.Image v1 = release.source();
    Layout.Image v2 = release.target();
    Delta delta = release.delta();
    Jobs.awaitIdle(registry);

    JsonPath plan = of(plan(registry, v1.manifest(), "stable"));

    assertThat(plan.getString("to.digest")).isEqualTo(v2.manifest());
    assertThat(plan.getList("ways.findAll { it.ready }.size", Long.class)).isSorted();
    // Other tests share the release and may have asked for its static delta.
    String made = "ways.find { it.ready && it.kind == 'oci-delta' }";
    assertThat(plan.getString(made + ".steps[0].name")).isEqualTo(delta.digest());
    // The empty config of the artifact has two bytes.
    assertThat(plan.getLong(made + ".size")).isEqualTo(delta.transferBytes() + 2);
    long pulled =
        v2.layers().stream().mapToLong(release.layout()::size).sum()
            + release.layout().size(v2.manifest())
            + release.layout().size(v2.config());
    assertThat(plan.getLong("ways.find { it.kind == 'pull' }.size")).isEqualTo(pulled);
    assertThat(plan.getLong("fullSize")).isEqualTo(pulled);

    JsonPath byConfig = of(plan(registry, v1.config(), v2.config()));
    assertThat(byConfig.getList("ways")).isEqualTo(plan.getList("ways"));
    JsonPath there = of(plan(registry, v2.manifest(), v2.manifest()));
    assertThat(there.getList("ways.size", Long.class)).containsExactly(0L);
  }

  @Test
  void aChainOfDeltasAndWhatCouldBeMadeIsToldToo() {
    Registry registry = Registry.fresh();
    Release release = Release.push(registry, Trees.small().layout(), "v1-layers", "v2-layers");
    Layout.Image v1 = release.source();
    Layout.Image v2 = release.target();
    Delta first = release.delta();
    String third =
        new Assembly(release.layout())
            .layer(v2.layers().get(0), v2.diffIds().get(0))
            .layer(v2.layers().get(1), v2.diffIds().get(1))
            .push(registry, "stable", v2.manifest());
    Delta second = Delta.await(registry, v2.manifest(), third);
    Jobs.awaitIdle(registry);

    JsonPath plan = of(plan(registry, v1.manifest(), "stable"));

    assertThat(plan.getList("ways.find { it.ready && it.kind == 'oci-delta' }.steps.name"))
        .isEqualTo(List.of(first.digest(), second.digest()));
    assertThat(plan.getString("ways.find { !it.ready && it.kind == 'oci-delta' }.request.from"))
        .isEqualTo(v1.manifest());

    String name = registry.repository();
    JsonPath made =
        tool(registry, "plan", "--create", "--json", name + "@" + v1.config(), name + ":stable");
    assertThat(made.getList("ways.ready", Boolean.class)).containsOnly(true);
    assertThat(made.getList("ways.kind")).contains("pull", "oci-delta", "ostree");
    assertThat(made.getList("ways.find { it.kind == 'oci-delta' }.steps.from"))
        .as("the direct delta is cheaper than two")
        .isEqualTo(List.of(v1.manifest()));
  }

  @Test
  void aDeltaOfCompressedFilesIsToldToBeSo() {
    Registry registry = Registry.fresh();
    String path = "usr/lib/modules/6.1/kernel/a.ko.xz";
    String v1 = SmallImages.push(registry, "os", layer(path, 1), "amd64");
    String v2 = SmallImages.push(registry, "os", layer(path, 2), "amd64");
    Delta.await(registry, v1, v2);
    JsonPath plan = of(plan(registry, v1, v2));
    assertThat(plan.getString("ways.find { it.kind == 'oci-delta' }.hint"))
        .contains(" % of this delta", "delta inspect --plain");
    Command text = Command.program(Path.of("deltaport").toAbsolutePath().toString(), "plan");
    String name = registry.repository() + "@";
    assertThat(text.with(name + v1, name + v2, "--server", registry.server().url()).ok())
        .contains("oci-delta: about ", "delta inspect --plain");

    String v3 = SmallImages.push(registry, "os", layer("usr/lib/plain", 3), "amd64");
    Delta.await(registry, v2, v3);
    assertThat(of(plan(registry, v2, v3)).getList("ways.hint")).containsOnlyNulls();
  }

  /** Returns a layer with a file into which no delta looks. */
  private static byte[] layer(String path, int seed) {
    byte[] content = new byte[50_000];
    new Random(seed).nextBytes(content);
    return SmallImages.layer(path, content);
  }

  @Test
  void anIndexNeedsAPlatformThatTheDeviceMayTell() {
    Release release = Release.ofOneLayer();
    Registry registry = release.registry();
    String index =
        """
        {"schemaVersion":2,"mediaType":"%s","manifests":[%s,%s]}"""
            .formatted(
                Registry.INDEX,
                child(release, release.source(), "arm64"),
                child(release, release.target(), "amd64"));
    registry.pushManifest("several", Registry.INDEX, index);

    Response unclear = plan(registry, release.source().manifest(), "several");
    assertThat(unclear.statusCode()).isEqualTo(400);
    assertThat(unclear.jsonPath().getString("errors[0].message")).contains("platform=os/arch");
    JsonPath clear =
        of(
            registry
                .request()
                .queryParam("repository", registry.repository())
                .queryParam("to", "several")
                .queryParam("platform", "linux/amd64")
                .get("/api/v1/updates"));
    assertThat(clear.getString("to.digest")).isEqualTo(release.target().manifest());
    // Other tests share the release and may have asked for its static delta.
    assertThat(clear.getList("ways.findAll { it.ready && it.kind != 'ostree' }.kind"))
        .containsExactly("pull");
  }

  private static String child(Release release, Layout.Image image, String architecture) {
    String plain =
        Registry.descriptor(
            Registry.MANIFEST, image.manifest(), release.layout().size(image.manifest()));
    return plain.substring(0, plain.length() - 1)
        + ",\"platform\":{\"os\":\"linux\",\"architecture\":\"%s\"}}".formatted(architecture);
  }

  @Test
  void whatIsNotThereIsNamed() {
    Registry registry = Release.ofOneLayer().registry();
    assertThat(plan(registry, "nothing", "stable").statusCode()).isEqualTo(404);
    assertThat(plan(registry, "stable", "no-tag").statusCode()).isEqualTo(404);
    assertThat(plan(registry, "sha256:12", "stable").statusCode()).isIn(400, 404);
    assertThat(registry.request().get("/api/v1/updates?to=stable").statusCode()).isEqualTo(400);
    String missing = Registry.digestOf("missing");
    Response unknown = plan(registry, "stable", missing);
    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(unknown.jsonPath().getString("errors[0].code")).isEqualTo("MANIFEST_UNKNOWN");
  }
}

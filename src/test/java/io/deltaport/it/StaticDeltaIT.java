package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.ostree.staticdelta.SignedDelta;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A tag moves, a static delta appears, and real clients apply it as a file. */
class StaticDeltaIT {
  private static final String NOBODY = "0".repeat(64);

  @RegisterExtension static final WorkFolder FOLDER = new WorkFolder();

  private record Commits(Registry registry, String v1, String v2) {}

  private static Commits released() {
    Release release = Release.ofOneLayer();
    Registry registry = release.registry();
    String v2 = SmallImages.awaitRef(registry, "stable", release.target().manifest());
    StaticDelta delta =
        Await.value(
            "the tag that moved has its static delta",
            Await.PATIENCE,
            () ->
                StaticDelta.list(registry).stream()
                    .filter(each -> each.from() != null && each.to().equals(v2))
                    .findFirst());
    return new Commits(registry, delta.from(), v2);
  }

  @Test
  void ostreeAppliesTheFile() {
    Commits commits = released();
    StaticDelta delta = StaticDelta.await(commits.registry(), commits.v1(), commits.v2());
    assertThat(delta.size()).isLessThan(delta.fullSize() / 2);
    assertThat(delta.parts()).isPositive();
    Path work = FOLDER.fresh();
    Path file = delta.download(work);
    OstreeDevice device = new OstreeDevice(work, commits.registry());
    Command.Result without = device.ostree("static-delta", "apply-offline", file).run();
    assertThat(without.status()).isNotZero();
    assertThat(without.err()).contains(commits.v1());

    device.pullObjects(commits.v1());
    device.ostree("static-delta", "apply-offline", file).ok();
    device.check(commits.v2());
    WorkFolder.delete(work);
  }

  @Test
  void cfsctlAppliesTheFile() throws IOException {
    Clients.require("cfsctl");
    Commits commits = released();
    Path work = FOLDER.fresh();
    Device device = new Device(work, commits.registry().server().host());
    Path scratch = StaticDelta.demand(commits.registry(), null, commits.v1()).download(work);
    assertThat(device.applyDelta(scratch)).contains(commits.v1());
    Path update = StaticDelta.await(commits.registry(), commits.v1(), commits.v2()).download(work);
    assertThat(device.applyDelta(update)).contains(commits.v2());
    WorkFolder.delete(work);
  }

  @Test
  void aDeviceWithNothingAppliesADeltaFromNothing() {
    Commits commits = released();
    Path work = FOLDER.fresh();
    // By a commit, by a tag and by a digest: the same delta each time.
    StaticDelta delta = StaticDelta.demand(commits.registry(), null, commits.v2());
    assertThat(StaticDelta.demand(commits.registry(), "", "stable")).isEqualTo(delta);
    assertThat(
            StaticDelta.demand(commits.registry(), null, Release.ofOneLayer().target().manifest()))
        .isEqualTo(delta);
    OstreeDevice device = new OstreeDevice(work, commits.registry());
    device.ostree("static-delta", "apply-offline", delta.download(work)).ok();
    device.check(commits.v2());
    WorkFolder.delete(work);
  }

  @Test
  void whatWasAskedForIsDeletedAndMadeAgain() {
    Commits commits = released();
    Registry registry = commits.registry();
    StaticDelta back = StaticDelta.demand(registry, commits.v2(), commits.v1());
    assertThat(registry.request().get(back.path()).jsonPath().getString("to"))
        .isEqualTo(commits.v1());
    assertThat(registry.request().delete(back.path()).statusCode()).isEqualTo(204);
    Registry.assertError(registry.request().get(back.path()), 404, "NAME_UNKNOWN");
    Registry.assertError(registry.request().get(back.path() + "/file"), 404, "NAME_UNKNOWN");
    Registry.assertError(registry.request().delete(back.path()), 404, "NAME_UNKNOWN");
    assertThat(StaticDelta.find(registry, commits.v2(), commits.v1())).isEmpty();
    StaticDelta again = StaticDelta.demand(registry, commits.v2(), commits.v1());
    assertThat(again.size()).isEqualTo(back.size());
  }

  @Test
  void requestsThatCannotBeFulfilledAreRefused() {
    Commits commits = released();
    Registry registry = commits.registry();
    for (String unknown :
        new String[] {NOBODY, "no-such-tag", "no/such/ref", "sha256:" + NOBODY, "", "a\0b", "\n"}) {
      Registry.assertError(
          StaticDelta.ask(registry, commits.v1(), unknown), 404, "MANIFEST_UNKNOWN");
      if (!unknown.isEmpty()) {
        Registry.assertError(
            StaticDelta.ask(registry, unknown, commits.v2()), 404, "MANIFEST_UNKNOWN");
      }
    }
    Registry.assertError(StaticDelta.ask(registry, commits.v2(), commits.v2()), 400, "UNSUPPORTED");
    Registry.assertError(StaticDelta.ask(registry, "stable", commits.v2()), 400, "UNSUPPORTED");
    Response format =
        registry
            .request()
            .contentType("application/json")
            .body(Map.of("repository", registry.repository(), "to", "stable", "format", "rpm"))
            .post("/api/v1/deltas");
    Registry.assertError(format, 400, "UNSUPPORTED");
    Registry.assertError(registry.request().get("/api/v1/deltas?format=rpm"), 400, "UNSUPPORTED");
    for (String id : new String[] {"0", "x", "-1", "9".repeat(30)}) {
      Registry.assertError(
          registry.request().get("/api/v1/deltas/ostree/" + id), 404, "NAME_UNKNOWN");
    }
  }

  @Test
  void imagesForOtherMachinesAreRefused() {
    Registry registry = Registry.fresh();
    String one = SmallImages.push(registry, "one", "1", "amd64");
    String two = SmallImages.push(registry, "two", "2", "arm64");
    SmallImages.awaitRef(registry, "one", one);
    SmallImages.awaitRef(registry, "two", two);
    Registry.assertError(StaticDelta.ask(registry, "one", "two"), 400, "UNSUPPORTED");
  }

  @Test
  void theFileIsSignedByTheKeysOfTheRepository() throws IOException {
    Registry registry = Registry.fresh();
    String image = SmallImages.push(registry, "signed", "content", "amd64");
    String commit = SmallImages.awaitRef(registry, "signed", image);
    StaticDelta delta = StaticDelta.demand(registry, null, commit);
    Path work = FOLDER.fresh();
    assertThat(SignedDelta.isSigned(Files.readAllBytes(delta.download(work)))).isFalse();
    String key = makeKey(registry, registry.repository());
    String other = makeKey(registry, "some/other");

    Path file = delta.download(work);
    assertThat(SignedDelta.isSigned(Files.readAllBytes(file))).isTrue();
    OstreeDevice wrong = new OstreeDevice("ostree-ed25519", work.resolve("wrong"), registry);
    wrong.ostree("config", "set", "core.sign-verify-deltas", "true").ok();
    assertThat(apply(wrong, file, other).status()).isNotZero();
    OstreeDevice device = new OstreeDevice("ostree-ed25519", work.resolve("right"), registry);
    device.ostree("config", "set", "core.sign-verify-deltas", "true").ok();
    apply(device, file, key).ok();
    device.check(commit);
    // The commit brought its own signature with it.
    device.ostree("sign", "--verify", "--sign-type=ed25519", commit, key).ok();
    WorkFolder.delete(work);
  }

  private static Command.Result apply(OstreeDevice device, Path file, String key) {
    return device.ostree("static-delta", "apply-offline", "--sign-type=ed25519", file, key).run();
  }

  /** Makes a key for a repository and returns its public half in base64. */
  private static String makeKey(Registry registry, String repository) {
    Response made =
        registry
            .request()
            .contentType("application/json")
            .body(
                Map.of(
                    "name",
                    "k" + Integer.toHexString(repository.hashCode()),
                    "kind",
                    "ed25519",
                    "repositories",
                    new String[] {repository}))
            .post("/api/v1/keys");
    assertThat(made.statusCode()).as(made.asString()).isEqualTo(201);
    return made.jsonPath().getString("publicKey");
  }

  @Test
  void theToolMakesFetchesAndListsThem() throws IOException {
    Commits commits = released();
    String repository = commits.registry().repository();
    String url = commits.registry().server().url();
    Path work = FOLDER.fresh();
    Path file = work.resolve("update.delta");
    JsonPath made =
        JsonPath.from(
            tool(
                    "delta",
                    "create",
                    "--format",
                    "ostree",
                    repository + "@" + commits.v1(),
                    repository + ":stable",
                    "-o",
                    file,
                    "--json",
                    "--server",
                    url)
                .ok());
    assertThat(made.getString("to")).isEqualTo(commits.v2());
    assertThat(Files.size(file)).isBetween(made.getLong("size"), made.getLong("size") + 20_000);
    tool(
            "delta",
            "create",
            "--format=ostree",
            "--from-scratch",
            repository + ":stable",
            "--server",
            url)
        .ok();
    String list = tool("delta", "list", repository, "--server", url).ok();
    assertThat(list).contains("oci-delta", "ostree", "nothing", commits.v1(), commits.v2());
    JsonPath all = JsonPath.from(tool("delta", "list", repository, "--json", "--server", url).ok());
    assertThat(all.getList("deltas.format")).contains("oci-delta", "ostree");
    Command.Result local =
        tool("delta", "create", "--format=ostree", "./a", "./b", "-o", file).run();
    assertThat(local.status()).isEqualTo(1);
    assertThat(local.err()).contains("push them to one").doesNotContain("\tat ");
    assertThat(tool("delta", "create", "--from-scratch", "os:v1").run().status()).isEqualTo(2);
    assertThat(tool("delta", "create", "os:v1").run().status()).isEqualTo(2);
    assertThat(tool("delta", "create", "--format=rpm", "os:v1", "os:v2").run().status())
        .isEqualTo(2);
    WorkFolder.delete(work);
  }

  private static Command tool(Object... arguments) {
    return Command.program(Path.of("deltaport").toAbsolutePath().toString(), arguments);
  }
}

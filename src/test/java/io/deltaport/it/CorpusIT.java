package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import com.fasterxml.jackson.databind.JsonNode;
import io.deltaport.it.LayoutBuilder.Compression;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Pairs of releases, each there and back: real clients get the exact target by every delta, and the
 * exact tree by restacked images.
 *
 * <p>What other tests prove is not repeated: the way there of the small pair is in {@link DeltaIT}
 * and {@link TarPatchIT}, restacked images of the small pair in {@link RestackIT}, of commits on
 * the way there in {@link RestackCommitIT}, trees that no client but ours reads whole in {@link
 * NastyTreeIT}, and static deltas in {@link StaticDeltaIT}.
 */
final class CorpusIT {
  private static final String RESTACKED = "stable-incremental";

  @RegisterExtension static final WorkFolder FOLDER = new WorkFolder();

  private static ServerProcess server;

  @BeforeAll
  static void start() throws IOException {
    Clients.requireRoot();
    Clients.require("cfsctl");
    server =
        ServerLaunch.on(FOLDER.fresh().resolve("data"))
            .setting("deltaport.restack[0].repositories", "restacked/*")
            .setting("deltaport.restack[0].tags", "stable")
            .setting("deltaport.restack[0].max-ratio", 2)
            .start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** The one layer of a system, or several; the way back. */
  @ParameterizedTest
  @ValueSource(strings = {"", "-layers"})
  void theSmallPair(String kind) throws IOException, InterruptedException {
    Layout layout = Trees.small().layout();
    Registry registry = new Registry(server, "plain/small" + kind);
    for (String tag : List.of("v2", "v1")) {
      Skopeo.push(layout, tag + kind, server, registry.repository() + ":stable");
    }
    Release back = new Release(registry, layout, "v2" + kind, "v1" + kind);
    rebuild(back);
    update(back);
  }

  /** Renamed, linked, hidden, opaque, changed in their kind. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void randomTrees(int seed) throws IOException, InterruptedException {
    Path work = FOLDER.fresh();
    Path script = Path.of("src/test/resources/random-trees.sh").toAbsolutePath();
    Command.program("bash", script, seed, work).ok();
    Layout layout =
        new LayoutBuilder(work.resolve("layout"))
            .tar(work.resolve("v1-base.tar"), Compression.GZIP)
            .tar(work.resolve("v1-top.tar"), Compression.NONE)
            .image("v1")
            .tar(work.resolve("v2-base.tar"), Compression.GZIP)
            .tar(work.resolve("v2-top.tar"), Compression.GZIP)
            .image("v2")
            .build();
    Registry registry = new Registry(server, "restacked/random-" + seed);
    RestackedTag tag = new RestackedTag(registry, layout);
    Path storage = FOLDER.fresh().resolve("storage");
    tag.move("stable", "v1", RESTACKED);
    for (String next : List.of("v2", "v1")) {
      JsonNode restacked = tag.move("stable", next, RESTACKED);
      assertThat(RestackedTag.original(restacked)).isEqualTo(layout.image(next).manifest());
      assertThat(tag.tree(storage, RESTACKED)).isEqualTo(tag.tree(storage, "stable"));
    }
    for (Release way : thereAndBack(registry, layout)) {
      rebuild(way);
      update(way);
    }
  }

  private static List<Release> thereAndBack(Registry registry, Layout layout) {
    return List.of(
        new Release(registry, layout, "v1", "v2"), new Release(registry, layout, "v2", "v1"));
  }

  /** Images of OSTree commits. */
  @Test
  void encapsulatedCommits() throws IOException, InterruptedException {
    Path work = FOLDER.fresh();
    Path tree = Files.createDirectory(work.resolve("tree"));
    OstreeRepo repo = OstreeRepo.init(work.resolve("repo"), "bare");
    Layout layout = new Layout(work.resolve("layout"));
    Command.client("sh", "-ec", RestackCommitIT.FIRST, "sh", tree).ok();
    SelinuxPolicy.debian().copyTo(tree.resolve("usr/etc"));
    String first = encapsulate(repo, tree, layout, "v1");
    Command.client("sh", "-ec", RestackCommitIT.SECOND, "sh", tree).ok();
    encapsulate(repo, tree, layout, "v2");

    Registry registry = new Registry(server, "restacked/commits");
    RestackedTag tag = new RestackedTag(registry, layout);
    tag.move("stable", "v1", RESTACKED);
    tag.move("stable", "v2", RESTACKED);
    JsonNode restacked = tag.move("stable", "v1", RESTACKED);
    assertThat(RestackedTag.original(restacked)).isEqualTo(layout.image("v1").manifest());
    assertThat(imported(registry, work)).isEqualTo(listing(repo, first));
    for (Release way : thereAndBack(registry, layout)) {
      rebuild(way);
      update(way);
    }
  }

  /** Commits a tree, and adds an image of the commit to a layout; returns the commit. */
  private static String encapsulate(OstreeRepo repo, Path tree, Layout layout, String tag) {
    String commit =
        repo.ostree("commit", "--branch=" + tag, "--selinux-policy=" + tree, "--tree=dir=" + tree)
            .ok()
            .strip();
    Path alone = FOLDER.fresh().resolve("image");
    String option = "--repo=" + repo.folder();
    Command.client("ostree-ext-cli", "container", "encapsulate", option, tag, "oci:" + alone).ok();
    String target = "oci:" + layout.folder() + ":" + tag;
    Command.client("skopeo", "copy", "--quiet", "oci:" + alone, target).ok();
    return commit;
  }

  /** Imports the restacked image as bootc does and lists its commit. */
  private static List<String> imported(Registry registry, Path home) throws IOException {
    ContainersHome.make(home, server.host());
    OstreeRepo device = OstreeRepo.init(FOLDER.fresh().resolve("device"), "bare");
    String image = server.host() + "/" + registry.repository() + ":" + RESTACKED;
    Command.client("ostree-ext-cli", "container", "image", "pull", device.folder())
        .with("ostree-unverified-registry:" + image)
        .env("HOME", home)
        .ok();
    return listing(device, device.ostree("refs", "--list", "ostree/container/image").ok().strip());
  }

  /** Lists every path with its mode, owner, object and attributes. */
  private static List<String> listing(OstreeRepo repo, String ref) {
    return repo.ostree("ls", "-R", "-C", "-X", ref).ok().lines().toList();
  }

  /** Rebuilds every layer with tar-patch. */
  private static void rebuild(Release way) throws IOException, InterruptedException {
    Path work = FOLDER.fresh();
    Path old = TarPatch.extract(way.layout(), way.sourceTag(), work);
    Delta delta = way.delta();
    assertThat(delta.parts("image-layer")).isNotEmpty();
    TarPatch.assertRebuilds(delta, way.target(), old, work);
    WorkFolder.delete(work);
  }

  /** Updates a device by the delta. */
  private static void update(Release way) throws IOException {
    Path work = FOLDER.fresh();
    Device device = new Device(work, server.host());
    device.pull(way.registry().repository(), way.source().manifest(), "source");
    device.pull(way.registry().repository(), way.delta().digest(), "target");
    assertThat(device.images()).contains(entry("target", way.target().manifest()));
    device.check();
    WorkFolder.delete(work);
  }
}

package io.deltaport.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.it.LayoutBuilder.Compression;
import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.Commit;
import io.deltaport.util.Hex;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Releases follow each other however fast they come: all of these tests hold the server's work back
 * until a tag has moved several times.
 */
@SuppressWarnings("try") // What is held is only closed.
class QuickReleasesIT {
  @RegisterExtension static final WorkFolder FOLDER = new WorkFolder();

  /** As text; half of it when it is stored, and far more than all else in the test. */
  private static final int SHARED_BYTES = 4 << 20;

  private final Registry registry = Registry.fresh();

  /** Lets no layer be absorbed until the result is closed. */
  private Connection hold() throws Exception {
    return new Sql(registry.server().data()).hold("layer");
  }

  private String push(String tag, String content) {
    return SmallImages.push(registry, tag, content, "amd64");
  }

  /** Returns the repository's commits by the digests of their images. */
  private Map<String, Commit> commits() throws Exception {
    Map<String, Commit> commits = new HashMap<>();
    for (List<String> row :
        new Sql(registry.server().data())
            .query(
                """
                select m.digest, encode(c.content, 'hex') from ostree_commit c
                join manifest m on m.id = c.manifest_id
                join repository r on r.id = c.repository_id where r.name = ?""",
                registry.repository())) {
      commits.put(row.get(0), Commit.decode(Hex.decode(row.get(1))));
    }
    return commits;
  }

  private String commit(String image) throws Exception {
    return Checksum.of(commits().get(image).encode()).hex();
  }

  private AbstractStringAssert<?> assertParent(String image) throws Exception {
    return assertThat(commits().get(image).parent().map(Checksum::hex).orElse(null));
  }

  private void assertDeltas(String... ends) {
    assertThat(StaticDelta.list(registry).stream().map(each -> each.from() + " " + each.to()))
        .containsExactlyInAnyOrder(ends);
  }

  @Test
  void eachReleaseFollowsTheOneBeforeAndDeltasComeFromIt() throws Exception {
    Layout layout = layouts("a", "b", "c", "d", "e");
    try (Connection held = hold()) {
      for (String version : List.of("a", "b", "c")) {
        Skopeo.push(layout, version, registry.server(), registry.repository() + ":stable");
      }
    }
    String c = SmallImages.awaitRef(registry, "stable", layout.image("c").manifest());
    Jobs.awaitIdle(registry);
    OstreeDevice device = new OstreeDevice(FOLDER.fresh(), registry);
    device.ostree("pull", "--depth=-1", "origin", "stable").ok();
    device.ostree("fsck").ok();
    String b = commit(layout.image("b").manifest());
    String a = commit(layout.image("a").manifest());
    assertThat(revision(device, "stable")).isEqualTo(c);
    assertThat(revision(device, "stable^")).isEqualTo(b);
    assertThat(revision(device, "stable^^")).isEqualTo(a);
    assertParent(layout.image("a").manifest()).isNull();
    assertDeltas(b + " " + c);

    // Devices have what the ref was at, and it never was at the next release but the last.
    try (Connection held = hold()) {
      Skopeo.push(layout, "d", registry.server(), registry.repository() + ":stable");
      Skopeo.push(layout, "e", registry.server(), registry.repository() + ":stable");
    }
    String e = SmallImages.awaitRef(registry, "stable", layout.image("e").manifest());
    Jobs.awaitIdle(registry);
    String d = commit(layout.image("d").manifest());
    device.ostree("pull", "--depth=-1", "origin", "stable").ok();
    assertThat(revision(device, "stable^")).isEqualTo(d);
    assertThat(revision(device, "stable^^")).isEqualTo(c);
    assertDeltas(b + " " + c, c + " " + e, d + " " + e);

    // A release that no ref was at goes like any other, with its deltas.
    assertThat(
            registry
                .request()
                .delete(registry.path("manifests/" + layout.image("d").manifest()))
                .statusCode())
        .isEqualTo(202);
    assertDeltas(b + " " + c, c + " " + e);
    assertThat(OstreeRemote.of(registry).commit("stable")).contains(e);
  }

  private static Layout layouts(String... versions) throws Exception {
    Path folder = FOLDER.fresh();
    LayoutBuilder builder = new LayoutBuilder(folder.resolve("layout"));
    for (String version : versions) {
      Path tar = Files.write(folder.resolve(version), SmallImages.layer("release " + version));
      builder.tar(tar, Compression.NONE).image(version);
    }
    return builder.build();
  }

  private static String revision(OstreeDevice device, String name) {
    return device.ostree("rev-parse", "origin:" + name).ok().strip();
  }

  private String image(String digest, String architecture) {
    long size = registry.request().get(registry.path("manifests/" + digest)).asByteArray().length;
    String descriptor = Registry.descriptor(Registry.MANIFEST, digest, size);
    return descriptor.substring(0, descriptor.length() - 1)
        + ",\"platform\":{\"os\":\"linux\",\"architecture\":\""
        + architecture
        + "\"}}";
  }

  private void pushIndex(String... images) {
    registry.pushManifest(
        "stable",
        Registry.INDEX,
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[%s]}"
            .formatted(Registry.INDEX, String.join(",", images)));
  }

  @Test
  void eachPlatformFollowsItsOwnAndTheImageThatWasForAll() throws Exception {
    String all;
    String x1;
    String x2;
    String arm;
    try (Connection held = hold()) {
      all = push("stable", "all");
      x1 = push(null, "x86, 1");
      arm = SmallImages.push(registry, null, "arm", "arm64");
      pushIndex(image(arm, "arm64"), image(x1, "amd64"));
      x2 = push(null, "x86, 2");
      pushIndex(image(x2, "amd64"), image(arm, "arm64"));
    }
    SmallImages.awaitRef(registry, "stable/amd64", x2);
    SmallImages.awaitRef(registry, "stable/arm64", arm);
    Jobs.awaitIdle(registry);
    assertParent(all).isNull();
    assertParent(x1).isEqualTo(commit(all));
    assertParent(arm).isEqualTo(commit(all));
    assertParent(x2).isEqualTo(commit(x1));
    assertDeltas(commit(x1) + " " + commit(x2), commit(all) + " " + commit(arm));

    String alone;
    String x3;
    try (Connection held = hold()) {
      x3 = push(null, "x86, 3");
      pushIndex(image(x3, "amd64"));
      alone = push("stable", "alone");
    }
    SmallImages.awaitRef(registry, "stable", alone);
    Jobs.awaitIdle(registry);
    assertParent(x3).isEqualTo(commit(x2));
    assertParent(alone).isEqualTo(commit(x3));
    assertThat(StaticDelta.find(registry, commit(x3), commit(alone))).isPresent();
  }

  @Test
  void whatHasNoCommitIsLeftOutAndWhatComesBackStaysFirst() throws Exception {
    String first;
    String third;
    try (Connection held = hold()) {
      first = push("stable", "1");
      // No tar at all.
      registry.pushManifest("stable", Registry.MANIFEST, unabsorbable());
      push("stable", "2");
      assertThat(push("stable", "1")).isEqualTo(first);
      third = push("stable", "3");
    }
    String ref = SmallImages.awaitRef(registry, "stable", third);
    Jobs.awaitIdle(registry);
    assertParent(first).isNull();
    assertParent(third).isEqualTo(commit(first));
    assertDeltas(commit(first) + " " + ref);
    assertThat(commits()).containsOnlyKeys(first, third);
  }

  @Test
  void whatTwoReleasesShareIsStoredOnce() throws Exception {
    byte[] random = new byte[SHARED_BYTES / 2];
    new Random(5).nextBytes(random);
    String shared = Hex.encode(random);
    Await.until("no other work is done", Await.PATIENCE, () -> active("") == 0);
    long before = packBytes();
    String second;
    try (Connection held = hold()) {
      TinyImage.push(registry, "stable", "amd64", Map.of("shared", shared, "own", "1"));
      // Between machines of two kinds is no delta, the making of which would wait as well.
      second = TinyImage.push(registry, "stable", "arm64", Map.of("shared", shared, "own", "2"));
      Await.until(
          "both are begun",
          Await.PATIENCE,
          () -> active(" and kind = 'absorb' and state = 'running'") == 2);
    }
    SmallImages.awaitRef(registry, "stable", second);
    Jobs.awaitIdle(registry);
    assertThat(packBytes() - before).isBetween(SHARED_BYTES / 2L, SHARED_BYTES * 3L / 4);
  }

  private long active(String condition) throws Exception {
    return number("select count(*) from job where state in ('queued', 'running')" + condition);
  }

  private long packBytes() throws Exception {
    // Repacking may have written the objects a second time, until the first packs are collected.
    return number("select coalesce(sum(size_bytes), 0) from pack where not repacked");
  }

  private long number(String query) throws Exception {
    return Long.parseLong(new Sql(registry.server().data()).query(query).getFirst().getFirst());
  }

  private String unabsorbable() {
    byte[] layer = "this is no tar".getBytes(UTF_8);
    String digest = registry.pushBlob(layer);
    String config =
        """
        {"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":["%s"]}}"""
            .formatted(digest);
    registry.pushBlob(config.getBytes(UTF_8));
    return """
        {"schemaVersion":2,"mediaType":"%s","config":%s,"layers":[%s]}"""
        .formatted(
            Registry.MANIFEST,
            Registry.descriptor(
                "application/vnd.oci.image.config.v1+json",
                Registry.digestOf(config),
                config.length()),
            Registry.descriptor("application/vnd.oci.image.layer.v1.tar", digest, layer.length));
  }
}

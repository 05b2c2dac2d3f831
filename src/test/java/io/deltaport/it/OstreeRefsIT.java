package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.Commit;
import io.deltaport.util.Hex;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;

/** Refs follow tags, and commits follow each other. */
class OstreeRefsIT {
  private static final String CONFIG = "application/vnd.oci.image.config.v1+json";
  private static final String LAYER = "application/vnd.oci.image.layer.v1.tar";

  private final Registry registry = Registry.fresh();

  private record Pushed(String digest, int size) {}

  /** Pushes an image with one file and perhaps an entry of another type. */
  private Pushed push(String reference, String content, byte type, String more) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      byte[] text = content.getBytes(StandardCharsets.UTF_8);
      TarArchiveEntry file = new TarArchiveEntry("etc/os-release");
      file.setSize(text.length);
      file.setModTime(0);
      tar.putArchiveEntry(file);
      tar.write(text);
      tar.closeArchiveEntry();
      if (type != 0) {
        tar.putArchiveEntry(new TarArchiveEntry("opt/special", type));
        tar.closeArchiveEntry();
      }
    }
    byte[] layer = bytes.toByteArray();
    String digest = registry.pushBlob(layer);
    String config =
        """
        {"architecture":"amd64","os":"linux",%s"rootfs":{"type":"layers","diff_ids":["%s"]}}"""
            .formatted(more, digest);
    registry.pushBlob(config.getBytes(StandardCharsets.UTF_8));
    String manifest =
        """
        {"schemaVersion":2,"mediaType":"%s","config":%s,"layers":[%s]}"""
            .formatted(
                Registry.MANIFEST,
                Registry.descriptor(CONFIG, Registry.digestOf(config), config.length()),
                Registry.descriptor(LAYER, digest, layer.length));
    String pushed =
        registry.pushManifest(
            reference == null ? Registry.digestOf(manifest) : reference,
            Registry.MANIFEST,
            manifest);
    return new Pushed(pushed, manifest.length());
  }

  private Pushed push(String reference, String content) throws IOException {
    return push(reference, content, (byte) 0, "");
  }

  /** Returns the image's commit by the name of each ref. */
  private Map<String, Commit> refs() {
    try {
      Map<String, Commit> refs = new TreeMap<>();
      for (List<String> row :
          new Sql(registry.server().data())
              .query(
                  """
                  select f.name, encode(c.content, 'hex'), encode(c.checksum, 'hex')
                  from ostree_ref f join ostree_commit c on c.id = f.commit_id
                  join repository r on r.id = f.repository_id where r.name = ?""",
                  registry.repository())) {
        byte[] content = Hex.decode(row.get(1));
        assertThat(Checksum.of(content).hex()).isEqualTo(row.get(2));
        refs.put(row.get(0), Commit.decode(content));
      }
      return refs;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private static String imageOf(Commit commit) {
    try {
      return commit.metadata().get("ostree.manifest-digest").asString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Commit await(String ref, Pushed image) {
    Await.until(
        "ref " + ref + " is at " + image.digest(),
        Await.PATIENCE,
        () -> {
          Commit commit = refs().get(ref);
          return commit != null && imageOf(commit).equals(image.digest());
        });
    return refs().get(ref);
  }

  @Test
  void aTagIsARefAndEachReleaseFollowsTheOneBefore() throws IOException {
    Pushed first = push("stable", "1");
    Commit one = await("stable", first);
    assertThat(one.parent()).isEmpty();
    assertThat(one.metadata()).doesNotContainKeys("version", "ostree.bootable");

    Pushed second =
        push(
            "stable",
            "2",
            (byte) 0,
            """
            "created":"2026-02-03T04:05:06Z","config":{"Labels":{"containers.bootc":"1",\
            "org.opencontainers.image.version":"2.0"}},""");
    Commit two = await("stable", second);
    assertThat(two.parent()).contains(Checksum.of(one.encode()));
    assertThat(two.timestamp()).isEqualTo(1_770_091_506);
    assertThat(two.metadata().get("version").asString()).isEqualTo("2.0");
    assertThat(two.metadata().get("ostree.bootable").asBool()).isTrue();

    // Back to the first release: its commit is the one that it had.
    assertThat(push("stable", "1")).isEqualTo(first);
    assertThat(await("stable", first).encode()).isEqualTo(one.encode());
    assertThat(refs()).containsOnlyKeys("stable");
  }

  @Test
  void aRefGoesWithItsTag() throws IOException {
    Pushed image = push("v1", "1");
    push("v2", "1");
    Commit commit = await("v1", image);
    assertThat(await("v2", image).encode())
        .as("one image has one commit")
        .isEqualTo(commit.encode());
    assertThat(registry.request().delete(registry.path("manifests/v1")).statusCode())
        .isEqualTo(202);
    assertThat(refs()).containsOnlyKeys("v2");
    assertThat(registry.request().delete(registry.path("manifests/" + image.digest())).statusCode())
        .isEqualTo(202);
    assertThat(refs()).isEmpty();
  }

  @Test
  void anIndexHasARefForEachPlatform() throws IOException {
    Pushed x86 = push(null, "x86");
    Pushed arm = push(null, "arm");
    Pushed other = push(null, "other");
    String index =
        """
        {"schemaVersion":2,"mediaType":"%s","manifests":[%s,%s,%s]}"""
            .formatted(
                Registry.INDEX,
                image(x86, "\"amd64\""),
                image(arm, "\"arm64\",\"variant\":\"v8\""),
                image(other, "\"unknown\""));
    registry.pushManifest("stable", Registry.INDEX, index);
    Commit x86Commit = await("stable/amd64", x86);
    // The one that moved last is not the one that the next image for x86 follows.
    await("stable/arm64/v8", arm);
    assertThat(refs()).containsOnlyKeys("stable/amd64", "stable/arm64/v8");

    Pushed next = push(null, "x86, newer");
    registry.pushManifest(
        "stable",
        Registry.INDEX,
        """
        {"schemaVersion":2,"mediaType":"%s","manifests":[%s]}"""
            .formatted(Registry.INDEX, image(next, "\"amd64\"")));
    Commit commit = await("stable/amd64", next);
    assertThat(commit.parent()).contains(Checksum.of(x86Commit.encode()));
    Await.until(
        "the platform that is no longer there is gone",
        Await.PATIENCE,
        () -> refs().keySet().equals(Set.of("stable/amd64")));

    Pushed single = push("stable", "one image now");
    await("stable", single);
    assertThat(refs()).containsOnlyKeys("stable");
  }

  private void pushIndex(String tag, String... images) {
    registry.pushManifest(
        tag,
        Registry.INDEX,
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[%s]}"
            .formatted(Registry.INDEX, String.join(",", images)));
  }

  @Test
  void aTagTurnsFromImageToIndexAndBack() throws IOException {
    Pushed single = push("stable", "alone");
    Commit alone = await("stable", single);
    Pushed arm = push(null, "arm");
    Pushed x86 = push(null, "x86");
    // A commit that is made before a tag leads to the image cannot know what came before.
    Jobs.awaitIdle(registry);
    pushIndex("stable", image(x86, "\"amd64\""), image(arm, "\"arm64\""));
    Commit one = await("stable/amd64", x86);
    await("stable/arm64", arm);
    assertThat(refs()).containsOnlyKeys("stable/amd64", "stable/arm64");
    assertThat(one.parent())
        .as("the image that the tag was before")
        .contains(Checksum.of(alone.encode()));

    Pushed next = push("stable", "alone again");
    await("stable", next);
    assertThat(refs()).containsOnlyKeys("stable");

    // In another order, with an image that was there before, and two for one platform.
    Pushed second = push(null, "x86, second");
    pushIndex(
        "stable", image(arm, "\"arm64\""), image(second, "\"amd64\""), image(x86, "\"amd64\""));
    await("stable/amd64", second);
    await("stable/arm64", arm);
    assertThat(refs()).containsOnlyKeys("stable/amd64", "stable/arm64");
    pushIndex("other", image(x86, "\"amd64\""));
    await("other/amd64", x86);
    assertThat(imageOf(refs().get("stable/amd64"))).isEqualTo(second.digest());
  }

  private static String image(Pushed image, String architecture) {
    String descriptor = Registry.descriptor(Registry.MANIFEST, image.digest(), image.size());
    return descriptor.substring(0, descriptor.length() - 1)
        + ",\"platform\":{\"os\":\"linux\",\"architecture\":"
        + architecture
        + "}}";
  }

  @Test
  void anImageThatOstreeCannotStoreIsAbsorbedAndHasDeltas() throws IOException {
    Pushed before = push("stable", "1");
    await("stable", before);
    Pushed fifo = push("stable", "2".repeat(1_000), TarConstants.LF_FIFO, "");
    ImageState state = ImageState.awaitSettled(registry, "stable");
    assertThat(state.state()).isEqualTo("absorbed");
    assertThat(state.reason()).contains("'opt/special'");
    assertThat(state.commit()).isNull();
    Delta.await(registry, before.digest(), fifo.digest());
    assertThat(imageOf(refs().get("stable"))).as("the last one").isEqualTo(before.digest());
  }
}

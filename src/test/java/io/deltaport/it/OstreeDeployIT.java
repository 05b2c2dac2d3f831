package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.it.LayoutBuilder.Compression;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A device boots what it pulled: stock ostree deploys, upgrades and rolls back. */
final class OstreeDeployIT {
  private static final String REF = "stable";
  private static final String OS = "deltaport";
  private static final Pattern DEPLOYMENT = Pattern.compile(OS + " ([0-9a-f]{64})\\.");

  @RegisterExtension static final WorkFolder FOLDER = new WorkFolder();

  private final Registry registry = Registry.fresh();
  private final Path work = FOLDER.fresh();
  private final Path sysroot = work.resolve("sysroot");

  /** Both releases of the small pair with a kernel on top, which ostree asks for. */
  private Layout bootable() throws IOException {
    LayoutBuilder builder = new LayoutBuilder(work.resolve("oci"));
    for (String version : List.of("v1", "v2")) {
      Path kernel = Files.createDirectories(work.resolve(version + "/usr/lib/modules/6.1.0"));
      Files.writeString(kernel.resolve("vmlinuz"), "kernel of " + version);
      Files.writeString(kernel.resolve("initramfs.img"), "initramfs of " + version);
      Path layer = work.resolve(version + ".tar");
      Command.program(
              "tar", "--owner=0", "--group=0", "-cf", layer, "-C", work.resolve(version), "usr")
          .ok();
      builder
          .tar(Trees.small().folder().resolve(version + ".tar"), Compression.ZSTD)
          .tar(layer, Compression.GZIP)
          .image(version);
    }
    return builder.build();
  }

  private String admin(String... arguments) {
    List<Object> words = new ArrayList<>(List.of("admin", "--sysroot=" + sysroot));
    words.addAll(List.of(arguments));
    return Command.client("ostree", words.toArray()).ok();
  }

  /** Returns the commits that the boot loader offers, the default first. */
  private List<String> deployments() {
    return DEPLOYMENT.matcher(admin("status")).results().map(result -> result.group(1)).toList();
  }

  @Test
  void aDeviceIsInstalledUpgradedByDeltaAndRolledBack() throws IOException {
    Clients.requireRoot();
    Clients.require("ostree");
    Layout layout = bootable();
    String first = OstreeRemote.of(registry).release(layout, "v1", REF);
    try (CountingProxy network = new CountingProxy(registry.server())) {
      Command.client("ostree", "admin", "init-fs", Files.createDirectory(sysroot)).ok();
      admin("os-init", OS);
      OstreeRepo repo = new OstreeRepo(sysroot.resolve("ostree/repo"));
      repo.ostree("config", "set", "core.fsync", "false").ok();
      repo.remote("origin", "http://" + network.host() + OstreeRemote.of(registry).path(""));
      repo.ostree("pull", "origin", REF).ok();
      admin("deploy", "--os=" + OS, "--karg=quiet", "origin:" + REF);
      assertThat(deployments()).containsExactly(first);
      Path running = sysroot.resolve("ostree/deploy/" + OS + "/deploy/" + first + ".0");
      assertThat(running.resolve("etc/os-release")).exists();
      Files.writeString(running.resolve("etc/machine-info"), "DEPLOYMENT=mine\n");

      String second = OstreeRemote.of(registry).release(layout, "v2", REF);
      StaticDelta delta = StaticDelta.await(registry, first, second);
      long before = network.servedBytes();
      // Or libostree before 2023.7 fetches the objects one by one beside the delta.
      repo.ostree("pull", "--commit-metadata-only", "origin", REF).ok();
      admin("upgrade", "--os=" + OS);
      assertThat(network.servedBytes() - before)
          .as("the upgrade comes by delta")
          .isLessThan(delta.size() + (256 << 10));
      assertThat(deployments()).containsExactly(second, first);
      Path next = sysroot.resolve("ostree/deploy/" + OS + "/deploy/" + second + ".0");
      assertThat(next.resolve("usr/lib/modules/6.1.0/vmlinuz")).hasContent("kernel of v2");
      assertThat(next.resolve("etc/machine-info"))
          .as("a change of the device's own comes along")
          .hasContent("DEPLOYMENT=mine");
      repo.ostree("fsck").ok();

      admin("undeploy", "0");
      assertThat(deployments()).containsExactly(first);
      admin("upgrade", "--os=" + OS);
      assertThat(deployments()).containsExactly(second, first);
    } finally {
      // Deployments are immutable, and are removed only without that.
      Command.program("chattr", "-R", "-f", "-i", sysroot).run();
    }
  }
}

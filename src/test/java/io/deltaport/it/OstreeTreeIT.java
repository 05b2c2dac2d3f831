package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The server's tree of an image is the one that ostree itself makes of the same files. */
class OstreeTreeIT {
  @RegisterExtension static final WorkFolder FOLDER = new WorkFolder();

  @ParameterizedTest
  @ValueSource(strings = {"v1", "v2-layers"})
  void theRootChecksumIsOstrees(String tag) {
    Clients.require("ostree");
    Layout layout = Trees.small().layout();
    Registry registry = Registry.fresh();
    Skopeo.push(layout, tag, registry.server(), registry.repository() + ":" + tag);
    Path work = FOLDER.fresh();
    Path tree = TarPatch.extract(layout, tag, work);

    ImageState image = ImageState.awaitSettled(registry, tag);
    assertThat(image.state()).as(image.reason()).isEqualTo("absorbed");
    ImageState committed =
        Await.value(
            "the image has a commit",
            Await.PATIENCE,
            () -> ImageState.find(registry, tag).filter(found -> found.commit() != null));
    assertThat(committed.commit()).matches("[0-9a-f]{64}");
    layOut(tree);
    assertThat(image.tree()).isEqualTo(ostreeRoot(work, tree));
    WorkFolder.delete(work);
  }

  /** Changes an image's tree to what an OSTree deployment of it has. */
  static void layOut(Path tree) {
    Command.client(
            "sh",
            "-ec",
            """
            cd "$1"
            find etc/hostname etc/resolv.conf -maxdepth 0 -type f -empty -delete || true
            mv etc usr/etc
            rm -rf ostree
            for folder in dev proc run sys sysroot tmp; do
              if [ -d $folder ]; then find $folder -mindepth 1 -delete; else mkdir -m 755 $folder; fi
            done
            [ -d var ] || mkdir -m 755 var
            ln -s sysroot/ostree ostree""",
            "sh",
            tree)
        .ok();
  }

  /** Commits the tree with ostree and returns the checksum of its root dirtree. */
  static String ostreeRoot(Path work, Path tree) {
    String repo = "--repo=" + work.resolve("repo");
    Command.client("ostree", repo, "init", "--mode=bare").ok();
    Command.client("ostree", repo, "config", "set", "core.fsync", "false").ok();
    Command.client("ostree", repo, "commit", "--branch=test", "--tree=dir=" + tree).ok();
    // d00755 0 0 0 DIRTREE DIRMETA /: the first checksum of the line
    String line = Command.client("ostree", repo, "ls", "-d", "-C", "test", "/").ok();
    Matcher checksum = Pattern.compile("[0-9a-f]{64}").matcher(line);
    assertThat(checksum.find()).as(line).isTrue();
    return checksum.group();
  }
}

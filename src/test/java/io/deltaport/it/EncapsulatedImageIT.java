package io.deltaport.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltaport.layer.CommittedTree;
import io.deltaport.layer.EncapsulatedCommit;
import io.deltaport.layer.FlatTree;
import io.deltaport.layer.Flattener;
import io.deltaport.layer.LayerLimits;
import io.deltaport.layer.NotAbsorbableException;
import io.deltaport.ostree.Checksum;
import io.deltaport.util.Hex;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What ostree-ext makes of a commit is this commit again, and with layers on top what it pulls. */
final class EncapsulatedImageIT {
  @TempDir static Path shared;
  private static String repo;
  private static String commit;
  private static Layout plain;
  private static Layout derived;

  @TempDir Path work;

  @BeforeAll
  static void encapsulate() throws IOException {
    Clients.requireRoot();
    Clients.require("ostree-ext-cli");
    Path tree = Files.createDirectory(shared.resolve("tree"));
    Command.client("sh", "-ec", TREE, "sh", tree).ok();
    SelinuxPolicy.debian().copyTo(tree.resolve("usr/etc"));
    repo = "--repo=" + shared.resolve("repo");
    Command.client("ostree", repo, "init", "--mode=bare").ok();
    commit =
        Command.client(
                "ostree",
                repo,
                "commit",
                "--branch=os",
                "--selinux-policy=" + tree,
                "--add-metadata-string=version=7",
                "--add-detached-metadata-string=note=kept",
                "--tree=dir=" + tree)
            .ok()
            .strip();
    plain = new Layout(shared.resolve("plain"));
    Command.client("ostree-ext-cli", "container", "encapsulate", repo, "os", oci(plain)).ok();
    derive(shared.resolve("derived"));
  }

  private static final String TREE =
      """
      cd "$1"
      mkdir -p usr/bin usr/lib/modules/6.1 usr/etc/ssh usr/share dev proc run sys sysroot var root
      ln -s sysroot/ostree ostree
      ln -s sysroot/tmp tmp
      ln -s usr/bin bin
      head -c 3000000 /dev/urandom >usr/lib/modules/6.1/vmlinuz
      for file in usr/bin/tool usr/etc/shadow usr/etc/passwd usr/share/gone usr/share/stays; do
        echo "$file" >"$file"
      done
      : >usr/share/empty
      ln -s tool usr/bin/link
      ln usr/bin/tool usr/bin/linked
      setfattr -n security.capability -v 0x0100000200040000000000000000000000000000 usr/bin/tool
      chown 12:34 usr/share/stays
      """;

  private static String oci(Layout layout) {
    return "oci:" + layout.folder();
  }

  /** Adds a layer that changes, adds and hides files. */
  private static void derive(Path folder) {
    derived = new Layout(folder);
    Command.client("skopeo", "copy", "--quiet", oci(plain), oci(derived) + ":top").ok();
    Path layer = shared.resolve("layer");
    Command.client(
            "sh",
            "-ec",
            """
            mkdir -p "$1/usr/bin" "$1/usr/share" "$1/etc/new.d" && cd "$1"
            for file in usr/bin/sshd etc/shadow etc/new.d/conf; do echo "new $file" >"$file"; done
            : >usr/share/.wh.gone
            chmod 4711 usr/bin/sshd
            tar -cf "$1.tar" usr etc""",
            "sh",
            layer)
        .ok();
    Command.client("umoci", "raw", "add-layer", "--image", folder + ":top", layer + ".tar").ok();
  }

  @Test
  void theCommitKeepsItsChecksumItsObjectsAndItsDetachedMetadata() throws IOException {
    try (CommitStore store = new CommitStore(work)) {
      Layout.Image image = plain.image(null);
      EncapsulatedCommit loaded =
          store.load(store.flatten(plain, image, image.layers().size()), false);
      assertThat(loaded.stored().commit().hex()).isEqualTo(commit);
      assertThat(new String(loaded.detached(), UTF_8)).contains("note").contains("kept");
      assertThat(store.readAll(loaded.stored().commit()))
          .extracting(Checksum::hex)
          .containsExactlyInAnyOrderElementsOf(objects());
    }
  }

  /** Returns the names of all objects that the commit's repository has. */
  private static List<String> objects() throws IOException {
    Path folder = shared.resolve("repo/objects");
    try (Stream<Path> files = Files.walk(folder, 2)) {
      return files
          .map(file -> folder.relativize(file).toString().replace("/", ""))
          .filter(name -> name.matches("[0-9a-f]{64}\\.(file|dirtree|dirmeta|commit)"))
          .map(name -> name.substring(0, 64))
          .toList();
    }
  }

  @Test
  void layersOnTopMakeTheTreeThatOstreeExtPulls() throws IOException {
    Path pulled = work.resolve("pulled");
    Command.client("ostree", "--repo=" + pulled, "init", "--mode=bare").ok();
    Command.client(
            "ostree-ext-cli",
            "container",
            "image",
            "pull",
            pulled,
            "ostree-unverified-image:" + oci(derived) + ":top")
        .ok();
    String ref =
        Command.client("ostree", "--repo=" + pulled, "refs", "--list", "ostree/container/image")
            .ok()
            .strip();
    try (CommitStore store = new CommitStore(work.resolve("store"))) {
      Layout.Image image = derived.image("top");
      int layers = image.layers().size();
      store.flatten(derived, image, layers);
      FlatTree bottom =
          store.apply(new Flattener(LayerLimits.DEFAULT), image.diffIds().subList(0, layers - 1));
      EncapsulatedCommit base = store.load(bottom, true);
      assertThat(base.stored().commit().hex()).isEqualTo(commit);
      FlatTree merged =
          store.apply(
              new Flattener(LayerLimits.DEFAULT, base.base()),
              image.diffIds().subList(layers - 1, layers));
      CommittedTree result = store.commit(merged, true);
      store.readAll(result.commit());
      assertThat(result.rootTree() + " " + result.rootMeta())
          .isEqualTo(SelinuxLabelIT.rootOf("--repo=" + pulled, ref));
    }
  }

  @Test
  void anImageWithoutTheCommitIsRefused() throws IOException {
    Path tar = work.resolve("layer.tar");
    Path tree = Files.createDirectories(work.resolve("t/sysroot/ostree/repo/objects/ab"));
    Files.writeString(tree.resolve("c".repeat(62) + ".commit"), "not a commit");
    Command.client("tar", "-C", work.resolve("t"), "-cf", tar, ".").ok();
    try (CommitStore store = new CommitStore(work.resolve("store"))) {
      String diffId = store.absorb(tar).diffId().toString();
      FlatTree flat = store.apply(new Flattener(LayerLimits.DEFAULT), List.of(diffId));
      assertThatThrownBy(() -> store.load(flat, false))
          .isInstanceOf(NotAbsorbableException.class)
          .hasMessageContaining("another commit under the name ab");
    }
  }

  @Test
  void theServersRefIsAtTheCommitThatWentIn() throws IOException, SQLException {
    Registry registry = Registry.fresh();
    Skopeo.copy(
            "--dest-tls-verify=false",
            oci(plain),
            "docker://" + registry.server().host() + "/" + registry.repository() + ":os")
        .ok();
    Skopeo.push(derived, "top", registry.server(), registry.repository() + ":derived");
    // Another image of the same commit.
    Layout again = new Layout(work.resolve("again"));
    Command.client(
            "ostree-ext-cli", "container", "encapsulate", "-l", "a=b", repo, "os", oci(again))
        .ok();
    Skopeo.copy(
            "--dest-tls-verify=false",
            oci(again),
            "docker://" + registry.server().host() + "/" + registry.repository() + ":again")
        .ok();
    Sql sql = new Sql(registry.server().data());
    String query =
        """
        select encode(c.checksum, 'hex'), encode(c.content, 'hex'), encode(c.detached, 'hex')
        from ostree_ref f join ostree_commit c on c.id = f.commit_id
        join repository r on r.id = f.repository_id where r.name = ? and f.name = ?""";
    for (String tag : List.of("os", "derived", "again")) {
      Await.value(
          "the ref " + tag,
          Await.PATIENCE,
          () -> sql.query(query, registry.repository(), tag).stream().findFirst());
    }
    List<String> own = sql.query(query, registry.repository(), "os").getFirst();
    assertThat(own.getFirst()).isEqualTo(commit);
    assertThat(Checksum.of(Hex.decode(own.get(1))).hex()).isEqualTo(commit);
    assertThat(new String(Hex.decode(own.get(2)), UTF_8)).contains("note").contains("kept");
    assertThat(sql.query(query, registry.repository(), "again").getFirst()).isEqualTo(own);
    List<String> merged = sql.query(query, registry.repository(), "derived").getFirst();
    assertThat(merged.getFirst()).isNotEqualTo(commit);
    assertThat(merged.get(2)).isNull();
  }
}

package io.deltaport.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.layer.CommittedTree;
import io.deltaport.layer.Flattener;
import io.deltaport.layer.LayerLimits;
import io.deltaport.selinux.FileContexts;
import io.deltaport.selinux.FileKind;
import io.deltaport.selinux.MatchBudget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Labels are those that libselinux and ostree give by the same policy. */
final class SelinuxLabelIT {
  /** Paths of each kind that are asked for; the machine's own files give that many. */
  private static final int PATHS_MAX = 20_000;

  private static final Map<FileKind, String> MODES =
      Map.of(FileKind.REGULAR, "file", FileKind.FOLDER, "dir", FileKind.LINK, "lnk_file");

  @TempDir Path work;

  @Test
  void everyPathOfThisMachineHasLibselinuxsLabel() throws IOException {
    SelinuxPolicy policy = SelinuxPolicy.debian();
    FileContexts contexts =
        FileContexts.parse(
            List.of(text(policy, ""), text(policy, ".homedirs"), text(policy, ".local")),
            text(policy, ".subs"),
            text(policy, ".subs_dist"));
    MatchBudget budget = new MatchBudget();
    for (Map.Entry<FileKind, List<String>> kind : paths(policy).entrySet()) {
      List<String> expected = libselinux(policy, MODES.get(kind.getKey()), kind.getValue());
      List<String> labels = new ArrayList<>();
      for (String path : kind.getValue()) {
        String label = contexts.label(path, kind.getKey(), budget);
        labels.add(path + " " + (label == null ? "<<none>>" : label));
      }
      assertThat(labels).hasSizeGreaterThan(2_000).isEqualTo(expected);
    }
  }

  private static String text(SelinuxPolicy policy, String suffix) throws IOException {
    Path file = policy.contexts(suffix);
    return Files.exists(file) ? Files.readString(file, ISO_8859_1) : "";
  }

  /** Returns the machine's own paths, and the plain ones and beginnings of those of the policy. */
  private static Map<FileKind, List<String>> paths(SelinuxPolicy policy) throws IOException {
    Map<FileKind, List<String>> paths = new EnumMap<>(FileKind.class);
    MODES.keySet().forEach(kind -> paths.put(kind, new ArrayList<>()));
    for (String line : text(policy, "").lines().toList()) {
      String plain = line.split("[\\s({\\[*?+\\\\]", 2)[0];
      if (plain.startsWith("/") && !plain.contains("//") && !plain.endsWith("/")) {
        paths.values().forEach(list -> list.add(plain));
        paths.values().forEach(list -> list.add("/usr" + plain + "/lib.so.1"));
      }
    }
    for (String top : List.of("/etc", "/usr/lib", "/usr/bin", "/usr/share", "/var")) {
      try (Stream<Path> files = Files.walk(Path.of(top))) {
        files
            .filter(path -> path.toString().chars().allMatch(c -> c >= ' ' && c < 0x7f))
            .forEach(
                path -> {
                  List<String> list = paths.get(kind(path));
                  if (list.size() < PATHS_MAX) {
                    list.add(path.toString());
                  }
                });
      }
    }
    return paths;
  }

  private static FileKind kind(Path path) {
    if (Files.isSymbolicLink(path)) {
      return FileKind.LINK;
    }
    return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS) ? FileKind.FOLDER : FileKind.REGULAR;
  }

  private List<String> libselinux(SelinuxPolicy policy, String mode, List<String> paths)
      throws IOException {
    Path list = work.resolve(mode);
    Files.writeString(list, String.join("\0", paths) + "\0", ISO_8859_1);
    String labels =
        Command.client(
                "sh",
                "-ec",
                "xargs -0 -n 4000 matchpathcon -P \"$1\" -n -N -m $2 <\"$3\"",
                "sh",
                policy.root(),
                mode,
                list)
            .ok();
    List<String> lines = labels.lines().toList();
    assertThat(lines).hasSameSizeAs(paths);
    List<String> labelled = new ArrayList<>();
    for (int i = 0; i < paths.size(); i++) {
      labelled.add(paths.get(i) + " " + lines.get(i));
    }
    return labelled;
  }

  @Test
  void theTreeIsTheOneThatOstreeMakesWithThePolicy() throws IOException {
    Clients.requireRoot();
    Path tree = Files.createDirectory(work.resolve("tree"));
    Command.client("sh", "-ec", TREE, "sh", tree).ok();
    SelinuxPolicy.debian().copyTo(tree.resolve("etc"));
    Path tar = work.resolve("layer.tar");
    Command.client("tar", "-C", tree, "--xattrs", "--xattrs-include=*", "-cf", tar, ".").ok();
    OstreeTreeIT.layOut(tree);

    try (CommitStore store = new CommitStore(work.resolve("store"))) {
      String diffId = store.absorb(tar).diffId().toString();
      long before = size(work.resolve("store"));
      CommittedTree commit =
          store.commit(store.apply(new Flattener(LayerLimits.DEFAULT), List.of(diffId)), false);
      assertThat(commit.rootTree() + " " + commit.rootMeta()).isEqualTo(ostreeCommit(tree));
      assertThat(store.readAll(commit.commit())).hasSizeGreaterThan(50);
      // 10 MB of files have other labels now; a header takes some hundred bytes.
      assertThat(size(work.resolve("store")) - before).isLessThan(200_000);
    }
  }

  // An attribute that sorts behind the label would give another name: this ostree names the object
  // before it sorts them.
  private static final String TREE =
      """
      cd "$1"
      mkdir -p etc/ssh usr/bin usr/sbin usr/lib/systemd/system usr/lib/x86_64-linux-gnu var/log \
        root boot home/someone opt/app dev proc run sys tmp sysroot usr/share/doc
      head -c 10000000 /dev/urandom >usr/lib/x86_64-linux-gnu/libc.so.6
      for file in etc/shadow etc/passwd etc/ssh/sshd_config usr/bin/bash usr/sbin/sshd \
        usr/lib/systemd/system/ssh.service var/log/messages root/.bashrc boot/vmlinuz \
        home/someone/x opt/app/run 'usr/share/doc/a b' usr/bin/new; do echo "$file" >"$file"; done
      : >usr/share/doc/empty
      ln -s bash usr/bin/sh
      ln usr/bin/bash usr/share/doc/linked
      chmod 4755 usr/bin/bash
      chown 12:34 opt/app/run
      setfattr -n security.capability -v 0x0100000200040000000000000000000000000000 usr/sbin/sshd
      """;

  private String ostreeCommit(Path tree) {
    String repo = "--repo=" + work.resolve("repo");
    Command.client("ostree", repo, "init", "--mode=bare").ok();
    Command.client(
            "ostree",
            repo,
            "commit",
            "--branch=test",
            "--selinux-policy=" + tree,
            "--tree=dir=" + tree)
        .ok();
    return rootOf(repo, "test");
  }

  /** Returns the names of a commit's root dirtree and dirmeta. */
  static String rootOf(String repo, String rev) {
    // d00755 0 0 0 DIRTREE DIRMETA /
    String[] fields =
        Command.client("ostree", repo, "ls", "-d", "-C", rev, "/").ok().split("\\s+", -1);
    return fields[4] + " " + fields[5];
  }

  private static long size(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }
}

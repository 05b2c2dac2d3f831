package io.deltaport.delta.staticdelta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltaport.delta.DeltaEffort;
import io.deltaport.delta.MemoryPatches;
import io.deltaport.delta.TestBytes;
import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.OstreeFormatException;
import io.deltaport.ostree.staticdelta.DeltaFile;
import io.deltaport.ostree.staticdelta.DeltaObject;
import io.deltaport.ostree.staticdelta.Superblock;
import io.deltaport.store.ObjectNotFoundException;
import io.deltaport.util.Progress;
import io.deltaport.util.Xattr;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class StaticDeltaCreatorTest {
  private final MemoryTrees trees = new MemoryTrees();
  private final StaticDeltaOptions options = StaticDeltaOptions.defaults().withoutFallbacks();

  static byte[] random(int seed, int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  /** Changes a byte in every few hundred, moves the second half and puts new bytes between. */
  static byte[] changed(byte[] old, int seed) {
    Random random = new Random(seed);
    byte[] middle = random(seed, 700);
    byte[] changed = new byte[old.length + middle.length];
    int half = old.length / 2;
    System.arraycopy(old, 0, changed, 0, half);
    System.arraycopy(middle, 0, changed, half, middle.length);
    System.arraycopy(old, half, changed, half + middle.length, old.length - half);
    for (int i = 0; i < old.length / 300; i++) {
      changed[random.nextInt(changed.length)]++;
    }
    return changed;
  }

  private DeltaCommit oldCommit() {
    return trees
        .tree()
        .file("same", random(1, 5000))
        .file("lib-1.2.so", random(2, 200_000))
        .file("secret", random(3, 9000), 0_600, List.of())
        .file("relabelled", random(4, 9000))
        .file("large", random(5, 17 << 20))
        .link("link", "lib-1.2.so")
        .commit(null);
  }

  private DeltaCommit newCommit(Checksum parent) {
    Xattr label =
        new Xattr(
            "security.selinux".getBytes(StandardCharsets.UTF_8),
            "label\0".getBytes(StandardCharsets.UTF_8));
    return trees
        .tree()
        .file("same", random(1, 5000))
        .file("lib-1.3.so", changed(random(2, 200_000), 9))
        .file("secret", changed(random(3, 9000), 8), 0_600, List.of())
        .file("relabelled", random(4, 9000), 0_644, List.of(label))
        .file("large", changed(random(5, 17 << 20), 7))
        .file("new", random(6, 5000))
        .file("empty", new byte[0])
        .link("link", "lib-1.3.so")
        .commit(parent);
  }

  @Test
  void whatIsRememberedMakesTheSameDelta() throws IOException {
    DeltaCommit old = oldCommit();
    DeltaCommit target = newCommit(old.checksum());
    MemoryPatches patches = new MemoryPatches();
    StaticDeltaOptions remembering = options.withTimestamp(1).withPatches(patches);
    MadeDelta first = MadeDelta.of(old, target, trees, remembering);
    int compared = patches.all().size();

    MadeDelta second = MadeDelta.of(old, target, trees, remembering);

    assertThat(compared).as("lib, relabelled and five pieces").isEqualTo(2 + 5);
    assertThat(patches.all()).hasSize(compared);
    assertThat(second.parts()).usingElementComparator(Arrays::compare).isEqualTo(first.parts());
    assertThat(second.apply(trees)).hasSize(2 + 7);
  }

  @Test
  void aFileUnderAnotherNameIsFoundByItsContent() throws IOException {
    byte[] content = random(11, 200_000);
    DeltaCommit old = trees.tree().file("alpha", content).commit(null);
    DeltaCommit target = trees.tree().file("omega", changed(content, 12)).commit(old.checksum());
    MadeDelta made = MadeDelta.of(old, target, trees, options);
    assertThat(made.delta().patched()).isOne();
    assertThat(made.delta().sizeBytes()).isLessThan(50_000);
    // The folder and the root change with the name.
    assertThat(made.apply(trees)).hasSize(2 + 1);
  }

  @Test
  void makesEveryNewObjectFromTheOldOnes() throws IOException {
    DeltaCommit old = oldCommit();
    DeltaCommit target = newCommit(old.checksum());
    MadeDelta made = MadeDelta.of(old, target, trees, options);
    // Two dirtrees; the file that is the same and the dirmeta are not new.
    assertThat(made.apply(trees)).hasSize(2 + 7);
    assertThat(made.superblock().name().from()).contains(old.checksum());
    assertThat(made.superblock().commit()).isEqualTo(target.object());
    assertThat(made.delta().fallbacks()).isZero();
    // A file that only its owner may read is no source: all of it is in the delta.
    assertThat(made.delta().patched()).isEqualTo(3);
    assertThat(made.delta().sizeBytes()).isBetween(14_000L + 9_000, 400_000L);
  }

  /** Files stay, change, are new, gone, renamed or empty, secret or labelled; parts are small. */
  @Property(tries = 90)
  void everyEffortMakesEveryObjectOfARandomTree(
      @ForAll DeltaEffort effort, @ForAll long seed, @ForAll boolean fromNothing)
      throws IOException {
    Random random = new Random(seed);
    MemoryTrees both = new MemoryTrees();
    MemoryTrees.Tree old = both.tree();
    Map<String, byte[]> contents = new TreeMap<>();
    for (int i = random.nextInt(12); i >= 0; i--) {
      String name = "lib-1." + random.nextInt(4) + "." + i;
      byte[] content = TestBytes.random(random.nextLong(), random.nextInt(1 << random.nextInt(17)));
      contents.put(name, content);
      old.file(name, content, random.nextInt(5) == 0 ? 0_600 : 0_644, List.of());
    }
    DeltaCommit source = old.commit(null);
    Set<Checksum> known = fromNothing ? Set.of() : both.names();
    MemoryTrees all = fromNothing ? new MemoryTrees() : both;
    MemoryTrees.Tree now = all.tree();
    contents.forEach((name, content) -> edit(now, name, content, random));
    DeltaCommit target = now.commit(source.checksum());
    Set<Checksum> wanted = new HashSet<>(all.names());
    wanted.removeAll(known);

    MadeDelta made =
        MadeDelta.of(
            fromNothing ? null : source,
            target,
            all,
            options.withEffort(effort).withPartBytes(1 + random.nextInt(100_000)));

    assertThat(made.apply(all)).extracting(DeltaObject::checksum).containsAll(wanted);
  }

  private static void edit(MemoryTrees.Tree now, String name, byte[] content, Random random) {
    switch (random.nextInt(7)) {
      case 0 -> now.file("new-" + name, TestBytes.random(random.nextLong(), 2000));
      case 1 -> now.link(name, "elsewhere");
      case 2 -> now.file(name, new byte[0]);
      case 3 -> now.file(name.replace("-1", "-2"), content);
      case 4 -> now.file(name, content, 0_600, List.of());
      default ->
          now.file(name, TestBytes.edited(content, random.nextLong(), 1 + random.nextInt(20)));
    }
  }

  @Test
  void makesATreeFromNothing() throws IOException {
    DeltaCommit target = oldCommit();
    MadeDelta made = MadeDelta.of(null, target, trees, options);
    assertThat(made.superblock().name().from()).isEmpty();
    assertThat(made.apply(trees)).hasSize(2 + 1 + 6);
  }

  @Test
  void leavesLargeNewFilesToBeFetched() throws IOException {
    DeltaCommit old = oldCommit();
    DeltaCommit target = trees.tree().file("other", random(40, 10_000)).commit(old.checksum());
    MadeDelta made = MadeDelta.of(old, target, trees, options.withFallbackMinBytes(10_000));
    assertThat(made.delta().fallbacks()).isEqualTo(1);
    assertThat(made.delta().fallbackBytes()).isGreaterThan(10_000);
    assertThat(made.superblock().fallbacks().getFirst().object().type())
        .isEqualTo(DeltaObject.FILE);
    assertThatThrownBy(() -> new DeltaFile(made.superblock()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void splitsPartsAndCallsThemByNumber() throws IOException {
    DeltaCommit old = oldCommit();
    MadeDelta made =
        MadeDelta.of(old, newCommit(old.checksum()), trees, options.withPartBytes(100_000));
    assertThat(made.parts().size()).isGreaterThan(2);
    assertThat(made.apply(trees)).hasSize(2 + 7);
  }

  @Test
  void isTheSameEveryTime() throws IOException {
    DeltaCommit old = oldCommit();
    DeltaCommit target = newCommit(old.checksum());
    StaticDeltaOptions fixed = options.withTimestamp(5).withPartBytes(100_000);
    MadeDelta once = MadeDelta.of(old, target, trees, fixed);
    MadeDelta again = MadeDelta.of(old, target, trees, fixed.withThreads(1));
    assertThat(again.delta().superblock()).isEqualTo(once.delta().superblock());
  }

  @Test
  void writesAFileThatIsASuperblockWithTheParts() throws IOException {
    DeltaCommit old = oldCommit();
    MadeDelta made =
        MadeDelta.of(old, newCommit(old.checksum()), trees, options.withPartBytes(100_000));
    DeltaFile file = new DeltaFile(made.superblock());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    file.write(number -> new ByteArrayInputStream(made.parts().get(number)), out);
    assertThat((long) out.size()).isEqualTo(file.length());
    Superblock read = Superblock.decode(out.toByteArray());
    assertThat(read.parts()).isEqualTo(made.superblock().parts());
    for (int i = 0; i < made.parts().size(); i++) {
      assertThat(read.metadata().get(read.name().partPath(i)).data())
          .isEqualTo(made.parts().get(i));
    }
  }

  @Test
  void namesWhatIsMissingOrMalformed() {
    DeltaCommit target = oldCommit();
    byte[] cut = Arrays.copyOf(target.object(), target.object().length - 1);
    assertThatThrownBy(
            () -> MadeDelta.of(null, new DeltaCommit(target.checksum(), cut), trees, options))
        .isInstanceOf(OstreeFormatException.class)
        .hasMessageContaining(target.checksum().hex());
    Checksum tree = Checksum.of(trees.stream(rootOf(target)));
    trees.remove(tree);
    assertThatThrownBy(() -> MadeDelta.of(null, target, trees, options))
        .isInstanceOf(ObjectNotFoundException.class)
        .hasMessageContaining(tree.hex());
  }

  private static Checksum rootOf(DeltaCommit commit) {
    try {
      return commit.decode().tree();
    } catch (OstreeFormatException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void endsWhenTheListenerSaysSo() {
    assertThatThrownBy(
            () ->
                StaticDeltaCreator.create(
                    Optional.empty(),
                    oldCommit(),
                    trees,
                    (number, content, length) -> {},
                    options.withPartBytes(1000),
                    (Progress)
                        (stage, done, total) -> {
                          throw new CancellationException();
                        }))
        .isInstanceOf(CancellationException.class);
  }
}

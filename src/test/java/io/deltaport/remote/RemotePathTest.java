package io.deltaport.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.image.remote.RemoteObject;
import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.staticdelta.DeltaName;
import io.deltaport.remote.RemotePath.DeltaFile;
import io.deltaport.remote.RemotePath.Fixed;
import io.deltaport.remote.RemotePath.ObjectFile;
import io.deltaport.remote.RemotePath.Ref;
import io.deltaport.store.ObjectKind;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

final class RemotePathTest {
  private static final Checksum ONE = Checksum.parse("ab".repeat(32));
  private static final Checksum TWO = Checksum.parse("fb".repeat(32));

  @Test
  void everyFileHasAPath() {
    assertThat(RemotePath.parse("os/base/config"))
        .containsExactly(new RemotePath("os/base", Fixed.CONFIG));
    assertThat(RemotePath.parse("os/summary.idx.sig"))
        .containsExactly(new RemotePath("os", Fixed.SUMMARY_INDEX_SIGNATURE));
    assertThat(RemotePath.parse("os/summaries/" + ONE.hex() + ".gz"))
        .containsExactly(new RemotePath("os", new RemotePath.SummaryFile(ONE.hex() + ".gz")));
    assertThat(RemotePath.parse("os/refs/mirrors/org.example.Os/stable/amd64"))
        .containsExactly(
            new RemotePath("os", new RemotePath.CollectionRef("org.example.Os", "stable/amd64")));
    assertThat(RemotePath.parse("os/refs/heads/stable/amd64"))
        .containsExactly(new RemotePath("os", new Ref("stable/amd64")));
    assertThat(RemotePath.parse("os/objects/ab/" + "ab".repeat(31) + ".dirtree"))
        .containsExactly(
            new RemotePath("os", new ObjectFile(new RemoteObject(ONE, ObjectKind.DIRTREE))));
    for (DeltaName name :
        new DeltaName[] {
          new DeltaName(Optional.empty(), TWO), new DeltaName(Optional.of(TWO), ONE)
        }) {
      assertThat(RemotePath.parse("os/" + name.superblockPath()))
          .containsExactly(new RemotePath("os", new DeltaFile(name, 0)));
      assertThat(RemotePath.parse("os/" + name.partPath(12)))
          .containsExactly(new RemotePath("os", new DeltaFile(name, 13)));
    }
    assertThat(RemotePath.parse("os/" + DeltaName.indexPath(TWO)))
        .containsExactly(new RemotePath("os", new RemotePath.DeltaIndex(TWO)));
  }

  @Test
  void aPathWithSeveralMeaningsHasThemAll() {
    assertThat(RemotePath.parse("a/refs/heads/b/refs/heads/config"))
        .containsExactlyInAnyOrder(
            new RemotePath("a", new Ref("b/refs/heads/config")),
            new RemotePath("a/refs/heads/b", new Ref("config")),
            new RemotePath("a/refs/heads/b/refs/heads", Fixed.CONFIG));
  }

  @Property
  void nothingElseThanPathsComesOut(
      @ForAll @StringLength(max = 400) @CharRange(from = ' ', to = '~') String path) {
    for (RemotePath reading : RemotePath.parse(path)) {
      assertThat(path).startsWith(reading.repository() + "/");
    }
  }
}

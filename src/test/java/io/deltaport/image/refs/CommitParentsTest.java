package io.deltaport.image.refs;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.meta.OstreeCommits.RefBefore;
import io.deltaport.ostree.Checksum;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CommitParentsTest {
  private static final Checksum X86 = Checksum.of(new byte[] {1});
  private static final Checksum ARM = Checksum.of(new byte[] {2});

  @Test
  void thePlatformsOfAnIndexEachFollowTheirOwn() {
    List<RefBefore> before =
        List.of(
            new RefBefore("stable/arm64", false, ARM), new RefBefore("stable/amd64", false, X86));
    assertThat(CommitParents.choose(Set.of("stable/amd64"), before)).contains(X86);
    assertThat(CommitParents.choose(Set.of("stable/riscv64"), before)).isEmpty();
  }

  @Test
  void theFirstIndexFollowsTheImage() {
    List<RefBefore> before = List.of(new RefBefore("stable", true, X86));
    assertThat(CommitParents.choose(Set.of("stable/arm64"), before)).contains(X86);
  }

  @Test
  void anImageFollowsTheOnlyPlatformOfAnIndex() {
    assertThat(
            CommitParents.choose(
                Set.of("stable"), List.of(new RefBefore("stable/amd64", false, X86))))
        .contains(X86);
    assertThat(CommitParents.choose(Set.of("stable"), List.of())).isEmpty();
  }
}

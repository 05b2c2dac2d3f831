package io.deltaport.image.gc;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.ostree.Checksum;
import io.deltaport.store.ObjectKind;
import io.deltaport.store.Storage;
import io.deltaport.store.pack.PackEntry;
import org.junit.jupiter.api.Test;

/** Dead bytes of frames, shared or not. */
final class FrameUseTest {
  private static PackEntry entry(int number, long offset, long stored, long length) {
    Checksum name = Checksum.of(new byte[] {(byte) number});
    return new PackEntry(
        name, ObjectKind.FILE, offset, stored, length, Storage.SHARED_FRAME, 0, null);
  }

  @Test
  void aFrameOfItsOwnIsDeadOrNot() {
    FrameUse use = new FrameUse();
    use.add(entry(1, 16, 100, 1_000), true);
    use.add(entry(2, 116, 50, 0), false);
    assertThat(use.deadBytes()).isEqualTo(50);
  }

  @Test
  void aSharedFrameIsDeadInParts() {
    FrameUse use = new FrameUse();
    use.add(entry(1, 16, 100, 750), true);
    use.add(entry(2, 16, 100, 250), false);
    use.add(entry(3, 16, 100, 0), false);
    use.add(entry(4, 116, 30, 10), false);
    use.add(entry(5, 116, 30, 20), false);
    assertThat(use.deadBytes()).isEqualTo(25 + 30);
  }
}

package io.deltaport.image.repack;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.meta.ObjectLinks.Link;
import io.deltaport.ostree.Checksum;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Chains stay short and have an end. */
final class AncestryTest {
  private static Checksum object(int number) {
    return Checksum.of(new byte[] {(byte) number, (byte) (number >> 8)});
  }

  @Test
  void aNewReleaseIsTheBaseUntilTheChainIsFull() {
    Ancestry ancestry = new Ancestry(List.of(), 8);
    for (int release = 1; release <= 8; release++) {
      assertThat(ancestry.link(object(release - 1), object(release))).isTrue();
    }
    assertThat(ancestry.link(object(8), object(9))).as("the ninth of a chain").isFalse();
    assertThat(ancestry.link(object(9), object(10))).as("another chain").isTrue();
    assertThat(ancestry.link(object(100), object(0))).as("below the last").isFalse();
    assertThat(ancestry.link(object(100), object(1))).isTrue();
    assertThat(ancestry.link(object(100), object(2))).as("it has a base").isFalse();
  }

  @Test
  void linksThatAreThereCount() {
    List<Link> links = List.of(new Link(object(1), object(2)), new Link(object(2), object(3)));
    Ancestry ancestry = new Ancestry(links, 3);
    assertThat(ancestry.link(object(3), object(1))).as("a circle").isFalse();
    assertThat(ancestry.link(object(3), object(3))).as("itself").isFalse();
    assertThat(ancestry.link(object(3), object(4))).isTrue();
    assertThat(ancestry.link(object(4), object(5))).isFalse();
    assertThat(new Ancestry(List.of(), 0).link(object(1), object(2))).isFalse();
  }

  @Test
  void randomLinksNeverMakeACircleOrALongChain() {
    Random random = new Random(5);
    for (int depth = 1; depth <= 8; depth++) {
      Ancestry ancestry = new Ancestry(List.of(), depth);
      Map<Checksum, Checksum> made = new HashMap<>();
      for (int i = 0; i < 2_000; i++) {
        Checksum one = object(random.nextInt(300));
        Checksum other = object(random.nextInt(300));
        if (ancestry.link(one, other)) {
          made.put(one, other);
        }
      }
      assertThat(made).hasSizeGreaterThan(100);
      List<Integer> lengths = new ArrayList<>();
      for (Checksum object : made.keySet()) {
        int length = 0;
        for (Checksum next = object; made.containsKey(next); next = made.get(next)) {
          assertThat(++length).isLessThanOrEqualTo(depth);
        }
        lengths.add(length);
      }
      assertThat(lengths).as("the room is used").contains(depth);
    }
  }
}

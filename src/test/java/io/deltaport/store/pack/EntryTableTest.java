package io.deltaport.store.pack;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.ostree.Checksum;
import io.deltaport.store.ObjectKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class EntryTableTest {
  @Test
  void sortsUnsignedAlsoWhereLongPrefixesAreEqual() {
    List<Checksum> expected = new ArrayList<>();
    for (int prefix : new int[] {0, 1, 0x7f, 0x80, 0xff}) {
      for (int tail = 0; tail < 600; tail++) {
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, 0, 8, (byte) prefix);
        bytes[30] = (byte) (tail >> 8);
        bytes[31] = (byte) tail;
        expected.add(new Checksum(bytes));
      }
    }
    Collections.sort(expected);
    List<Checksum> shuffled = new ArrayList<>(expected);
    Collections.shuffle(shuffled, new Random(7));

    EntryTable table = new EntryTable();
    for (Checksum object : shuffled) {
      assertThat(table.contains(object)).isFalse();
      table.add(new PackEntry(object, ObjectKind.FILE, 1, 2, 3));
      assertThat(table.contains(object)).isTrue();
    }
    List<Checksum> sorted = new ArrayList<>();
    byte[] row = new byte[PackFormat.ENTRY_BYTES];
    for (int number : table.sortedRows()) {
      table.copyRow(number, row);
      sorted.add(new Checksum(Arrays.copyOf(row, 32)));
    }
    assertThat(sorted).isEqualTo(expected);
  }
}

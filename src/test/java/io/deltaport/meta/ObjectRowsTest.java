package io.deltaport.meta;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.ostree.Checksum;
import io.deltaport.store.ObjectLocation;
import io.deltaport.store.Storage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Rows of the index become locations, or nothing where they lead nowhere. */
final class ObjectRowsTest {
  private static Checksum object(int number) {
    return Checksum.of(new byte[] {(byte) number});
  }

  private static Object[] row(int root, int object, Storage storage, boolean based) {
    return new Object[] {
      object(root).hex(),
      object(object).hex(),
      "pack" + object,
      16L + object,
      100L,
      1_000L,
      (short) storage.code(),
      storage == Storage.SHARED_FRAME ? 30 : 0,
      based,
      object == 3
    };
  }

  /** An object and so many ancestors, of which the last one is whole. */
  private static List<Object[]> chain(int root, int ancestors) {
    List<Object[]> rows = new ArrayList<>();
    for (int i = 0; i < ancestors; i++) {
      rows.add(row(root, root + i, Storage.AGAINST_BASE, true));
    }
    rows.add(row(root, root + ancestors, Storage.SHARED_FRAME, false));
    return rows;
  }

  @Test
  void chainsAreFollowedToTheirEnd() {
    List<Object[]> rows = new ArrayList<>(chain(1, 0));
    rows.addAll(chain(20, ObjectLocation.ANCESTORS_MAX));
    rows.addAll(chain(50, 2));
    Map<Checksum, ObjectLocation> found = ObjectRows.locations(rows);
    assertThat(found).containsOnlyKeys(object(1), object(20), object(50));
    assertThat(found.get(object(1)))
        .isEqualTo(new ObjectLocation("pack1", 17, 100, 1_000, Storage.SHARED_FRAME, 30, null));
    ObjectLocation.Base base = found.get(object(50)).base();
    assertThat(base.object()).isEqualTo(object(51));
    assertThat(base.location().base().location().storage()).isEqualTo(Storage.SHARED_FRAME);
  }

  @Test
  void whatHasNoEndHasNoPlace() {
    List<Object[]> missing = chain(1, 3).subList(0, 3);
    List<Object[]> circle = new ArrayList<>();
    for (int i = 0; i <= ObjectRows.BASES_MAX; i++) {
      circle.add(row(70, 70 + i % 2, Storage.AGAINST_BASE, true));
    }
    List<Object[]> rows = new ArrayList<>(missing);
    rows.addAll(chain(20, ObjectLocation.ANCESTORS_MAX + 1));
    rows.addAll(circle);
    rows.addAll(chain(90, 1));
    assertThat(ObjectRows.locations(rows)).containsOnlyKeys(object(90));
    assertThat(ObjectRows.locations(List.of())).isEmpty();
  }

  @Test
  void aHeaderHasContentThatMayHaveAncestorsButIsNoBase() {
    List<Object[]> header = new ArrayList<>();
    header.add(row(5, 5, Storage.HEADER_OF_BASE, true));
    chain(6, ObjectLocation.ANCESTORS_MAX)
        .forEach(row -> header.add(replaced(row, object(5).hex())));
    assertThat(ObjectRows.locations(header).get(object(5)).contentOwner(object(5)))
        .isEqualTo(object(6));
    List<Object[]> against = new ArrayList<>();
    against.add(row(30, 30, Storage.AGAINST_BASE, true));
    against.add(row(30, 31, Storage.HEADER_OF_BASE, true));
    against.add(row(30, 32, Storage.OWN_FRAME, false));
    assertThat(ObjectRows.locations(against)).isEmpty();
  }

  private static Object[] replaced(Object[] row, String root) {
    Object[] copy = row.clone();
    copy[0] = root;
    return copy;
  }

  @Test
  void leasesAreThoseOfEachPack() {
    List<Object[]> rows = chain(2, 2);
    assertThat(rows.stream().filter(ObjectRows::isLeaseDue).map(ObjectRows::pack))
        .containsExactly("pack3");
  }
}

package io.deltaport.tar;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.tar.TarEntry.Extent;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Each of GNU tar's four ways, here at the level of bytes; the real program is in an IT. */
class SparseMapTest {
  private static final int OLD_MAP = 386;
  private static final int OLD_CONTINUES = 482;
  private static final int OLD_REAL_SIZE = 483;

  private static void check(Archive archive, Extent... extents) throws IOException {
    byte[] bytes = archive.file("next").end().build();
    Reading reading = Reading.of(bytes);
    assertThat(reading.whole()).isEqualTo(bytes);
    assertThat(reading.entries()).hasSize(2);
    TarEntry entry = reading.entries().getFirst();
    assertThat(Reading.text(entry.path())).isEqualTo("sparse");
    assertThat(entry.type()).isEqualTo(TarType.FILE);
    assertThat(entry.isSparse()).isTrue();
    assertThat(entry.extents()).containsExactly(extents);
    assertThat(entry.realSize()).isEqualTo(1_000_000);
    long data = entry.extents().stream().mapToLong(Extent::length).sum();
    assertThat(entry.size()).isEqualTo(data);
    assertThat(reading.content(0)).isEqualTo("d".repeat((int) data));
  }

  private static Header old(int size) {
    return Header.gnu('S', "sparse").size(size).octal(OLD_REAL_SIZE, 12, 1_000_000);
  }

  private static Header pair(Header header, int at, long offset, long length) {
    return header.octal(at, 12, offset).octal(at + 12, 12, length);
  }

  @Test
  void readsTheMapInAGnuHeader() throws IOException {
    Header header = pair(pair(old(5), OLD_MAP, 512, 2), OLD_MAP + 24, 4096, 3);
    pair(header, OLD_MAP + 48, 1_000_000, 0);
    Archive archive = new Archive().header(header).data("ddddd");
    check(archive, new Extent(512, 2), new Extent(4096, 3));
  }

  @Test
  void readsTheMapThatContinuesInFurtherBlocks() throws IOException {
    int count = 4 + 21 + 2;
    Header header = old(count).text(OLD_CONTINUES, "\1");
    byte[][] more = {new byte[512], new byte[512]};
    more[0][504] = 1;
    Extent[] extents = new Extent[count];
    for (int i = 0; i < count; i++) {
      extents[i] = new Extent(i * 1024L, 1);
      if (i < 4) {
        pair(header, OLD_MAP + 24 * i, i * 1024L, 1);
      } else {
        byte[] pair = Archive.bytes("%011o\0%011o\0".formatted(i * 1024, 1));
        System.arraycopy(pair, 0, more[(i - 4) / 21], (i - 4) % 21 * 24, 24);
      }
    }
    check(new Archive().header(header).raw(more[0]).raw(more[1]).data("d".repeat(count)), extents);
  }

  @Test
  void readsBinaryNumbersInAGnuMap() throws IOException {
    Header header = old(2).base256(OLD_MAP, 12, 999_998).base256(OLD_MAP + 12, 12, 2);
    check(new Archive().header(header).data("dd"), new Extent(999_998, 2));
  }

  @Test
  void readsFormat00() throws IOException {
    String records =
        Archive.record("GNU.sparse.size", "1000000")
            + Archive.record("GNU.sparse.numblocks", "2")
            + Archive.record("GNU.sparse.offset", "0")
            + Archive.record("GNU.sparse.numbytes", "2")
            + Archive.record("GNU.sparse.offset", "999999")
            + Archive.record("GNU.sparse.numbytes", "1");
    Archive archive = new Archive().entry(Header.ustar('x', "pax"), records);
    check(
        archive.entry(Header.ustar('0', "sparse"), "ddd"),
        new Extent(0, 2),
        new Extent(999_999, 1));
  }

  private static Map<String, String> format01(String map) {
    Map<String, String> records = new LinkedHashMap<>();
    records.put("GNU.sparse.size", "1000000");
    records.put("GNU.sparse.numblocks", Integer.toString(map.split(",", -1).length / 2));
    records.put("GNU.sparse.name", "sparse");
    records.put("GNU.sparse.map", map);
    return records;
  }

  @Test
  void readsFormat01() throws IOException {
    Archive archive =
        new Archive()
            .pax('x', format01("10,2,500,1,1000000,0"))
            .entry(Header.ustar('0', "GNUSparseFile.7/sparse"), "ddd");
    check(archive, new Extent(10, 2), new Extent(500, 1));
  }

  @Test
  void readsAFileThatIsOneHole() throws IOException {
    Archive archive =
        new Archive().pax('x', format01("")).header(Header.ustar('0', "GNUSparseFile.7/sparse"));
    check(archive);
  }

  @Test
  void readsFormat10() throws IOException {
    Archive archive =
        new Archive()
            .pax('x', format10("1000000"))
            .header(Header.ustar('0', "GNUSparseFile.7/sparse").size(512 + 600))
            .data("2\n4096\n600\n1000000\n0\n")
            .data("d".repeat(600));
    check(archive, new Extent(4096, 600));
  }

  @Test
  void readsALongMapOfFormat10() throws IOException {
    StringBuilder map = new StringBuilder("400\n");
    Extent[] extents = new Extent[400];
    for (int i = 0; i < 400; i++) {
      map.append(i * 1000).append("\n1\n");
      extents[i] = new Extent(i * 1000L, 1);
    }
    int mapBytes = map.length() + (-map.length() & 511);
    Archive archive =
        new Archive()
            .pax('x', format10("1000000"))
            .header(Header.ustar('0', "x").size(mapBytes + 400))
            .data(map.toString())
            .data("d".repeat(400));
    check(archive, extents);
  }

  private static Map<String, String> format10(String realSize) {
    Map<String, String> records = new LinkedHashMap<>();
    records.put("GNU.sparse.major", "1");
    records.put("GNU.sparse.minor", "0");
    records.put("GNU.sparse.name", "sparse");
    records.put("GNU.sparse.realsize", realSize);
    return records;
  }
}

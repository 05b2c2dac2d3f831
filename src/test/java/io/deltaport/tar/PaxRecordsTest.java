package io.deltaport.tar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltaport.util.Xattr;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PaxRecordsTest {

  private static TarEntry entryWith(Map<String, String> records) throws IOException {
    Header header = Header.ustar('0', "own").owner(1, 2).link("own link");
    return Reading.of(new Archive().pax('x', records).header(header)).only();
  }

  @Test
  void overridesTheHeader() throws IOException {
    TarEntry entry =
        entryWith(
            Map.of(
                "path", "p\n=\u00e9".repeat(100),
                "linkpath", "l",
                "uid", "4294967295",
                "gid", "70000",
                "hdrcharset", "BINARY",
                "atime", "no number, and of no use"));
    assertThat(Reading.text(entry.path())).isEqualTo("p\n=\u00e9".repeat(100));
    assertThat(Reading.text(entry.linkTarget())).isEqualTo("l");
    assertThat(entry.uid()).isEqualTo(0xffff_ffffL);
    assertThat(entry.gid()).isEqualTo(70000);
  }

  @Test
  void leavesTheHeaderWhereAValueIsEmpty() throws IOException {
    TarEntry entry = entryWith(Map.of("path", "", "linkpath", "", "uid", "", "mtime", ""));
    assertThat(Reading.text(entry.path())).isEqualTo("own");
    assertThat(Reading.text(entry.linkTarget())).isEqualTo("own link");
    assertThat(entry.uid()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "0,0",
    "1700000000.123456789,1700000000",
    "12.,12",
    "-3,-3",
    "-3.000,-3",
    "-3.5,-4",
    "-0.25,-1"
  })
  void roundsTimesDown(String text, long seconds) throws IOException {
    assertThat(entryWith(Map.of("mtime", text)).mtimeSeconds()).isEqualTo(seconds);
  }

  @ParameterizedTest
  @CsvSource({"0", "8589934591"})
  void takesASizeThatTheHeaderHasNoRoomFor(long own) throws IOException {
    Archive archive =
        new Archive()
            .pax("size", "4")
            .header(Header.ustar('0', "n").size(own))
            .data("data")
            .file("next");
    Reading reading = Reading.of(archive);
    assertThat(reading.content(0)).isEqualTo("data");
    assertThat(reading.entries()).hasSize(2);
  }

  @Test
  void readsExtendedAttributesOfBothWriters() throws IOException {
    Map<String, String> records = new LinkedHashMap<>();
    records.put("SCHILY.xattr.user.raw", "a\0\n\u00ff=");
    records.put("SCHILY.xattr.user.empty", "");
    records.put("LIBARCHIVE.xattr.user.sp%20ace+%e4", "AP8");
    records.put("LIBARCHIVE.xattr.user.raw", "AAAA");
    List<Xattr> xattrs = entryWith(records).xattrs();
    assertThat(xattrs)
        .extracting(xattr -> Reading.text(xattr.name()))
        .containsExactly("user.raw", "user.empty", "user.sp ace+\u00e4");
    assertThat(Reading.text(xattrs.get(0).value())).isEqualTo("a\0\n\u00ff=");
    assertThat(xattrs.get(1).value()).isEmpty();
    assertThat(xattrs.get(2).value()).containsExactly(0, 0xff);
  }

  @Test
  void takesAnAttributeOnceThatBsdtarWroteTwice() throws IOException {
    Map<String, String> records = new LinkedHashMap<>();
    records.put("LIBARCHIVE.xattr.user.sp%20ace%3D%25", "YQpi");
    records.put("SCHILY.xattr.user.sp%20ace%3D%25", "a\nb");
    List<Xattr> xattrs = entryWith(records).xattrs();
    assertThat(xattrs).hasSize(1);
    assertThat(Reading.text(xattrs.getFirst().name())).isEqualTo("user.sp%20ace%3D%25");
    assertThat(Reading.text(xattrs.getFirst().value())).isEqualTo("a\nb");
  }

  @Test
  void refusesMoreAttributesThanLinuxLists() throws IOException {
    Map<String, String> records = new LinkedHashMap<>();
    for (int i = 0; i < PaxXattrs.COUNT_MAX; i++) {
      records.put("SCHILY.xattr.user." + i, "");
    }
    assertThat(entryWith(records).xattrs()).hasSize(PaxXattrs.COUNT_MAX);
    records.put("SCHILY.xattr.user.more", "");
    assertThatThrownBy(() -> entryWith(records))
        .isInstanceOf(TarException.class)
        .hasMessage("more than 20000 records of extended attributes at byte 0");
  }

  @Test
  void takesAnAttributeOfOneMebibyte() throws IOException {
    String value = "v".repeat(1 << 20);
    TarEntry entry = entryWith(Map.of("SCHILY.xattr.user.big", value));
    assertThat(entry.xattrs().getFirst().value()).hasSize(1 << 20);
  }

  @Test
  void countsTheLengthOfARecordAtEveryWidth() throws IOException {
    for (int length = 1; length < 1200; length++) {
      assertThat(entryWith(Map.of("path", "p".repeat(length))).path()).hasSize(length);
    }
  }
}

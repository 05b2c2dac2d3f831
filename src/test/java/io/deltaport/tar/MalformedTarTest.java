package io.deltaport.tar;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.ByteArrayInputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every malformed archive is refused with what is wrong and where. */
class MalformedTarTest {
  private static final TarLimits LIMITS = new TarLimits(100, 50, 4096, 20, 3, 1_000_000);

  static Stream<Arguments> archives() {
    return Stream.of(headers(), extensions(), attributes(), sparse()).flatMap(rows -> rows);
  }

  private static Stream<Arguments> headers() {
    return Stream.of(
        row("its checksum is wrong", 512, first().header(file().withoutChecksum())),
        row("its checksum is wrong", 512, first().raw(Archive.bytes("junk".repeat(128)))),
        row("cut short", 700, first().raw(new byte[188])),
        row("cut short", 1028, first().header(file().size(5)).raw(new byte[4])),
        row("cut short", 1030, first().header(file().size(5)).raw(new byte[6])),
        row("cut short", 1024, first().header(file().size(999_999))),
        row("a file of 1073741824 bytes", 512, first().header(file().size(1 << 30))),
        row("size field is too large", 0, of(file().base256(124, 12, 1).text(124, "\u0081"))),
        row("negative size", 0, of(file().base256(124, 12, -1))),
        row("negative uid", 0, of(file().base256(108, 8, -2))),
        row("negative gid", 0, of(file().base256(116, 8, -2))),
        row("the mode field is no octal number", 0, of(file().text(100, "0000648\0"))),
        row("the size field is no octal number", 0, of(file().text(124, "-0000000001\0"))),
        row("the uid field has two numbers", 0, of(file().text(108, "12 34\0"))),
        row("devmajor field is too large", 0, of(Header.ustar('3', "n").base256(329, 8, 1L << 31))),
        row("negative devminor", 0, of(Header.ustar('4', "n").base256(337, 8, -1))),
        row("a file whose name ends in a slash", 0, of(Header.ustar('0', "n/"))),
        row("a name of 51 bytes", 0, of(Header.ustar('0', "n".repeat(51)))),
        row("a name of 51 bytes", 0, of(Header.ustar('2', "n").link("t".repeat(51)))),
        row("a single zero block", 512, first().raw(new byte[512]).file("n")));
  }

  private static Stream<Arguments> extensions() {
    return Stream.of(
        row("an extension header of 4097 bytes", 0, new Archive().longName('L', "n".repeat(4096))),
        row("cut short", 512, of(Header.ustar('x', "n").size(100))),
        row("an extension header without an entry", 1024, new Archive().pax("uid", "1")),
        row("an extension header without an entry", 1024, new Archive().pax("uid", "1").end()),
        row("an extension header without an entry", 1024, longName("n").pax('g', Map.of())),
        row("two pax headers", 1024, new Archive().pax("uid", "1").pax("uid", "1")),
        row("two long names", 1024, longName("n").longName('L', "n")),
        row("different names", 2048, longName("n").pax("path", "m").file("n")),
        row("a name with a zero byte", 1024, longName("n\0m").file("n")),
        row("a name with a zero byte", 1024, new Archive().pax("path", "n\0m").file("n")),
        row("a name with a zero byte", 1024, new Archive().pax("linkpath", "\0").file("n")),
        row("a name of 51 bytes", 1024, longName("n".repeat(51)).file("n")),
        row("a name of 51 bytes", 1024, new Archive().pax("path", "n".repeat(51)).file("n")),
        row("different sizes", 1024, new Archive().pax("size", "6").entry(file(), "data")),
        row("a file of 1000001 bytes", 1024, new Archive().pax("size", "1000001").file("n")),
        row("a number in an extension", 1024, new Archive().pax("uid", "-1").file("n")),
        row("a number in an extension", 1024, new Archive().pax("size", "0x1").file("n")),
        row("a number in an extension", 1024, new Archive().pax("gid", "1".repeat(19)).file("n")),
        row("a number in an extension", 1024, new Archive().pax("mtime", "-").file("n")),
        row("a time in an extension", 1024, new Archive().pax("mtime", "1.2e9").file("n")),
        row("global pax header states the path", 0, global("path", "n")),
        row("global pax header states the size", 0, global("size", "1")),
        row("global pax header states the GNU.sparse.map", 0, global("GNU.sparse.map", "0,1")),
        row("does not have the length", 0, pax("9 path=nn\n")),
        row("does not have the length", 0, pax("12 path=n\n")),
        row("does not have the length", 0, pax("999999999 path=n\n")),
        row("does not have the length", 0, pax("3 path=n\n")),
        row("does not have the length", 0, pax("11 path=nnn")),
        row("a number in an extension", 0, pax("0000000011 path=n\n")),
        row("a number in an extension", 0, pax("path=n\n")),
        row("a number in an extension", 0, pax("-9 path=n\n")),
        row("no equals sign", 0, pax("9 pathn\n\n")));
  }

  private static Stream<Arguments> attributes() {
    return Stream.of(
        row("larger than 20 bytes", 0, new Archive().pax("SCHILY.xattr.u", "v".repeat(21))),
        row("no proper name", 0, new Archive().pax("SCHILY.xattr.", "v")),
        row("no proper name", 0, new Archive().pax("SCHILY.xattr.a\0b", "v")),
        row("not encoded as libarchive", 0, new Archive().pax("LIBARCHIVE.xattr.%zz", "AAAA")),
        row("not encoded as libarchive", 0, new Archive().pax("LIBARCHIVE.xattr.u", "!")),
        row("no proper name", 0, new Archive().pax("LIBARCHIVE.xattr.a%00", "AAAA")),
        row("global pax header states the SCHILY.xattr.u", 0, global("SCHILY.xattr.u", "v")));
  }

  private static Stream<Arguments> sparse() {
    return Stream.of(
        row("overlap or leave", 1024, map("10,20,15,5", 2, 25)),
        row("overlap or leave", 1024, map("10,5,0,5", 2, 10)),
        row("overlap or leave", 1024, map("90,11", 1, 11)),
        row("overlap or leave", 1024, map("999999999999999999,999999999999999999", 1, 0)),
        row("does not account for the data", 1024, map("0,5", 1, 6)),
        row("does not account for the data", 1024, map("0,5", 1, 4)),
        row("not the number of extents", 1024, map("0,5", 2, 5)),
        row("sparse map is malformed", 1024, map("0,5,6", 1, 5)),
        row("a number in an extension", 1024, map("0,,5", 1, 5)),
        row("too many extents", 1024, map("0,1,2,1,4,1,6,1", 4, 4)),
        row("offsets and lengths", 0, pax(record("numbytes", "0") + record("offset", "0"))),
        row("sparse map is malformed", 1024, sparsePax(record("offset", "1"), 0)),
        row("sparse map is malformed", 1024, sparsePax(record("size", "1000001"), 0)),
        row("unknown version", 1024, sparsePax(record("major", "2"), 0)),
        row("the name of a sparse file", 1024, sparsePax(record("name", "n"), 0)),
        row("a sparse map of 4 extents", 1024, format10("4\n0\n1\n")),
        row("sparse map is malformed", 1024, format10("1".repeat(19))),
        row("a number in an extension", 1024, format10("\n")),
        row("a number in an extension", 1024, format10("1\n-1\n")),
        row("a sparse map is cut short", 1024, sparsePax(version10(), 10)),
        row("a header that is not GNU's", 0, of(Header.ustar('S', "n"))),
        row("continues after its end", 0, of(Header.gnu('S', "n").text(482, "\1"))),
        row("negative sparse map", 0, of(Header.gnu('S', "n").base256(386, 12, -1))),
        row("too many extents", 0, endlessMap()));
  }

  private static Archive endlessMap() {
    Header header = Header.gnu('S', "n").text(482, "\1");
    byte[] more = new byte[512];
    for (int i = 0; i < 21; i++) {
      System.arraycopy(Archive.bytes("%011o\0%011o\0".formatted(0, 0)), 0, more, i * 24, 24);
    }
    more[504] = 1;
    for (int i = 0; i < 4; i++) {
      header.octal(386 + 24 * i, 12, 0).octal(398 + 24 * i, 12, 0);
    }
    return new Archive().header(header).raw(more).raw(more).raw(more);
  }

  private static Arguments row(String message, long offset, Archive archive) {
    return arguments(message, offset, archive.build());
  }

  private static Archive first() {
    return new Archive().file("first");
  }

  private static Archive of(Header header) {
    return new Archive().header(header);
  }

  private static Header file() {
    return Header.ustar('0', "n");
  }

  private static Archive longName(String name) {
    return new Archive().longName('L', name);
  }

  private static Archive pax(String records) {
    return new Archive().entry(Header.ustar('x', "pax"), records).file("n");
  }

  private static Archive global(String key, String value) {
    return new Archive().pax('g', Map.of(key, value)).file("n");
  }

  private static String record(String key, String value) {
    return Archive.record("GNU.sparse." + key, value);
  }

  private static Archive sparsePax(String records, int size) {
    return new Archive()
        .entry(Header.ustar('x', "pax"), records)
        .header(file().size(size))
        .raw(new byte[512]);
  }

  private static Archive map(String map, int count, int size) {
    Map<String, String> records = new LinkedHashMap<>();
    records.put("GNU.sparse.size", "100");
    records.put("GNU.sparse.numblocks", Integer.toString(count));
    records.put("GNU.sparse.map", map);
    return new Archive().pax('x', records).entry(file(), "d".repeat(size));
  }

  private static String version10() {
    return record("major", "1") + record("minor", "0") + record("realsize", "100");
  }

  private static Archive format10(String map) {
    return new Archive()
        .entry(Header.ustar('x', "pax"), version10())
        .entry(file(), map + "\0".repeat(512 - map.length()));
  }

  @ParameterizedTest(name = "{0} at byte {1}")
  @MethodSource("archives")
  void isRefused(String message, long offset, byte[] archive) {
    assertThatThrownBy(() -> Reading.of(new ByteArrayInputStream(archive), LIMITS))
        .isInstanceOf(TarException.class)
        .hasMessageContaining(message)
        .hasMessageEndingWith(" at byte " + offset);
  }
}

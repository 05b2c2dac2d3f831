package io.deltaport.tar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TarReaderTest {

  @Test
  void readsTheFieldsOfAUstarHeader() throws IOException {
    Header header =
        Header.ustar('0', "bin/sh").mode(04755).owner(1000, 100).mtime(1_700_000_000).size(5);
    Reading reading = Reading.of(new Archive().header(header).data("hello").end());
    TarEntry entry = reading.only();
    assertThat(Reading.text(entry.path())).isEqualTo("bin/sh");
    assertThat(entry.type()).isEqualTo(TarType.FILE);
    assertThat(entry.mode()).isEqualTo(04755);
    assertThat(entry.uid()).isEqualTo(1000);
    assertThat(entry.gid()).isEqualTo(100);
    assertThat(entry.mtimeSeconds()).isEqualTo(1_700_000_000);
    assertThat(entry.size()).isEqualTo(5);
    assertThat(entry.realSize()).isEqualTo(5);
    assertThat(entry.isSparse()).isFalse();
    assertThat(entry.xattrs()).isEmpty();
    assertThat(reading.content(0)).isEqualTo("hello");
  }

  @ParameterizedTest
  @CsvSource({
    "0,FILE",
    "7,FILE",
    "1,HARD_LINK",
    "2,SYMLINK",
    "3,CHARACTER_DEVICE",
    "4,BLOCK_DEVICE",
    "5,DIRECTORY",
    "6,FIFO",
    "V,OTHER",
    "Z,OTHER"
  })
  void namesTheType(char flag, TarType type) throws IOException {
    TarEntry entry = Reading.of(new Archive().header(Header.ustar(flag, "n")).end()).only();
    assertThat(entry.type()).isEqualTo(type);
    assertThat(entry.flag()).isEqualTo((byte) flag);
  }

  @Test
  void keepsTheDataOfUnknownTypes() throws IOException {
    Reading reading = Reading.of(new Archive().entry(Header.ustar('Z', "n"), "data").file("m"));
    assertThat(reading.content(0)).isEqualTo("data");
    assertThat(reading.entries()).hasSize(2);
  }

  @Test
  void ignoresTheSizeOfLinksAndFolders() throws IOException {
    Archive archive = new Archive();
    for (char flag : "123456".toCharArray()) {
      archive.header(Header.ustar(flag, "n").size(4096));
    }
    Reading reading = Reading.of(archive.file("last").end());
    assertThat(reading.entries()).hasSize(7).allMatch(entry -> entry.size() == 0);
  }

  @Test
  void readsLinkTargetsAndDevices() throws IOException {
    Archive archive =
        new Archive()
            .header(Header.ustar('1', "a").link("b"))
            .header(Header.ustar('2', "c").link("../d"))
            .header(Header.ustar('3', "null").device(1, 3))
            .header(Header.ustar('4', "loop").device(7, 260))
            .end();
    Reading reading = Reading.of(archive);
    assertThat(Reading.text(reading.entries().get(0).linkTarget())).isEqualTo("b");
    assertThat(Reading.text(reading.entries().get(1).linkTarget())).isEqualTo("../d");
    assertThat(reading.entries().get(2).deviceMajor()).isEqualTo(1);
    assertThat(reading.entries().get(2).deviceMinor()).isEqualTo(3);
    assertThat(reading.entries().get(3).deviceMajor()).isEqualTo(7);
    assertThat(reading.entries().get(3).deviceMinor()).isEqualTo(260);
  }

  @Test
  void joinsTheUstarPrefix() throws IOException {
    Header full = Header.ustar('0', "n".repeat(100)).text(345, "p".repeat(155));
    assertThat(Reading.text(Reading.of(new Archive().header(full)).only().path()))
        .isEqualTo("p".repeat(155) + "/" + "n".repeat(100));
  }

  @Test
  void findsNoPrefixInGnuAndV7Headers() throws IOException {
    Archive archive =
        new Archive()
            .header(Header.gnu('0', "gnu").text(345, "12345670123\0"))
            .header(Header.v7('0', "v7").text(345, "junk"));
    Reading reading = Reading.of(archive);
    assertThat(Reading.text(reading.entries().get(0).path())).isEqualTo("gnu");
    assertThat(Reading.text(reading.entries().get(1).path())).isEqualTo("v7");
  }

  @Test
  void takesAnUntypedNameWithASlashForAFolder() throws IOException {
    Archive archive = new Archive().header(Header.v7('\0', "dir/")).header(Header.v7('\0', "f"));
    Reading reading = Reading.of(archive);
    assertThat(reading.entries().get(0).type()).isEqualTo(TarType.DIRECTORY);
    assertThat(reading.entries().get(1).type()).isEqualTo(TarType.FILE);
  }

  @Test
  void readsGnuLongNames() throws IOException {
    String name = "n".repeat(4096);
    String target = "t".repeat(700);
    Archive archive =
        new Archive()
            .longName('K', target)
            .longName('L', name)
            .header(Header.gnu('2', "cut").link("cut"))
            .file("next");
    Reading reading = Reading.of(archive);
    assertThat(Reading.text(reading.entries().get(0).path())).isEqualTo(name);
    assertThat(Reading.text(reading.entries().get(0).linkTarget())).isEqualTo(target);
    assertThat(Reading.text(reading.entries().get(1).path())).isEqualTo("next");
  }

  @Test
  void readsBase256Numbers() throws IOException {
    Header header =
        Header.gnu('0', "n")
            .base256(108, 8, 0xffff_fffeL)
            .base256(116, 8, 3_000_000_000L)
            .base256(136, 12, -5);
    TarEntry entry = Reading.of(new Archive().header(header)).only();
    assertThat(entry.uid()).isEqualTo(0xffff_fffeL);
    assertThat(entry.gid()).isEqualTo(3_000_000_000L);
    assertThat(entry.mtimeSeconds()).isEqualTo(-5);
  }

  @Test
  void takesNumbersPaddedInEveryUsualWay() throws IOException {
    Header header =
        Header.v7('0', "n")
            .text(100, "   644 \0")
            .text(108, "\0\0\0\0\0\0\0\0")
            .text(116, "7777777 ")
            .text(136, "777777777777");
    TarEntry entry = Reading.of(new Archive().header(header)).only();
    assertThat(entry.mode()).isEqualTo(0644);
    assertThat(entry.uid()).isZero();
    assertThat(entry.gid()).isEqualTo(07777777);
    assertThat(entry.mtimeSeconds()).isEqualTo(0777777777777L);
  }

  @Test
  void takesAChecksumOfSignedBytes() throws IOException {
    byte[] header = Header.v7('0', "\u00e4").withoutChecksum().build();
    int sum = 8 * ' ';
    for (byte b : header) {
      sum += b;
    }
    byte[] field = Archive.bytes("%06o\0 ".formatted(sum));
    System.arraycopy(field, 0, header, 148, field.length);
    assertThat(Reading.of(header).only().path()).containsExactly(0xe4);
  }

  @Test
  void keepsDuplicateAndHostilePathsAsTheyAre() throws IOException {
    Archive archive = new Archive().file("../../etc/passwd").file("/abs").file("/abs").file("");
    Reading reading = Reading.of(archive.end());
    assertThat(reading.entries())
        .extracting(entry -> Reading.text(entry.path()))
        .containsExactly("../../etc/passwd", "/abs", "/abs", "");
  }

  @Test
  void handsOutWhatTheCallerDoesNotRead() throws IOException {
    byte[] bytes =
        new Archive().entry(Header.ustar('0', "a"), "x".repeat(300_000)).file("b").end().build();
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    TarReader reader =
        new TarReader(new ByteArrayInputStream(bytes), TarLimits.DEFAULT, whole::write);
    reader.next();
    whole.writeBytes(reader.content().readNBytes(1000));
    assertThat(reader.next().path()).containsExactly('b');
    assertThat(reader.next()).isNull();
    assertThat(reader.next()).isNull();
    assertThat(whole.toByteArray()).isEqualTo(bytes);
    assertThat(reader.position()).isEqualTo(bytes.length);
  }

  @Test
  void accountsForEveryByteHoweverTheArchiveEnds() throws IOException {
    byte[] entry = new Archive().entry(Header.ustar('0', "a"), "data").build();
    byte[][] ends = {
      {},
      new byte[512],
      new byte[1024],
      new byte[10240 - 1024],
      new byte[1024 + 7],
      new byte[700],
      new Archive().end().raw(Archive.bytes("junk after the end")).build(),
      new Archive().end().file("an entry after the end").build(),
    };
    for (byte[] end : ends) {
      byte[] archive = new Archive().raw(entry).raw(end).build();
      Reading reading = Reading.of(archive);
      assertThat(reading.whole()).isEqualTo(archive);
      assertThat(reading.entries()).hasSize(1);
      assertThat(reading.literalBytes()).isEqualTo(archive.length - 4L);
    }
  }

  @Test
  void readsAnEmptyStreamAsAnEmptyArchive() throws IOException {
    assertThat(Reading.of(new byte[0]).entries()).isEmpty();
  }

  @Test
  void readsFromAStreamThatGivesOneByteAtATime() throws IOException {
    byte[] bytes = new Archive().pax("path", "long").entry(Header.ustar('0', "a"), "data").build();
    InputStream dribble =
        new FilterInputStream(new ByteArrayInputStream(bytes)) {
          @Override
          public int read(byte[] target, int offset, int length) throws IOException {
            return super.read(target, offset, Math.min(length, 1));
          }
        };
    assertThat(Reading.of(dribble, TarLimits.DEFAULT).whole()).isEqualTo(bytes);
  }

  @Test
  void readsContentByteByByte() throws IOException {
    byte[] bytes = new Archive().entry(Header.ustar('0', "a"), "\u00ff!").build();
    TarReader reader =
        new TarReader(new ByteArrayInputStream(bytes), TarLimits.DEFAULT, LiteralSink.NONE);
    reader.next();
    assertThat(reader.content().read()).isEqualTo(0xff);
    assertThat(reader.content().read()).isEqualTo('!');
    assertThat(reader.content().read()).isEqualTo(-1);
  }

  @Test
  void stopsAtTheEntryLimit() {
    TarLimits limits = new TarLimits(2, 100, 1000, 10, 10, 1000);
    byte[] three = new Archive().file("a").file("b").file("c").build();
    assertThatThrownBy(() -> Reading.of(new ByteArrayInputStream(three), limits))
        .isInstanceOf(TarException.class)
        .hasMessage("more than 2 entries at byte 1024");
  }

  @Test
  void readsGlobalRecordsForAllLaterEntries() throws IOException {
    Archive archive =
        new Archive()
            .file("before")
            .pax('g', Map.of("uid", "7", "comment", "0123abcd"))
            .file("after")
            .pax("uid", "8")
            .file("own")
            .pax("uid", "")
            .header(Header.ustar('0', "removed").owner(9, 9))
            .file("last");
    assertThat(Reading.of(archive).entries())
        .extracting(TarEntry::uid)
        .containsExactly(0L, 7L, 8L, 9L, 7L);
  }
}

package io.deltaport.tar;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Damaged archives are read to the last byte or refused; nothing else comes out. */
class TarMutationTest {
  private static final int ROUNDS = 4000;
  private static final TarLimits LIMITS = new TarLimits(100, 4096, 1 << 16, 1 << 12, 100, 1 << 20);

  static Stream<byte[]> seeds() {
    Map<String, String> sparse = new LinkedHashMap<>();
    sparse.put("GNU.sparse.major", "1");
    sparse.put("GNU.sparse.minor", "0");
    sparse.put("GNU.sparse.name", "sparse");
    sparse.put("GNU.sparse.realsize", "5000");
    Map<String, String> map = new LinkedHashMap<>();
    map.put("GNU.sparse.size", "100");
    map.put("GNU.sparse.map", "1,2,50,2");
    map.put("mtime", "-1.5");
    Map<String, String> xattrs = new LinkedHashMap<>();
    xattrs.put("SCHILY.xattr.user.a", "v");
    xattrs.put("LIBARCHIVE.xattr.user.b%20", "AAAA");
    return Stream.of(
            new Archive().longName('L', "n").longName('K', "t").header(Header.gnu('2', "x")),
            new Archive().pax('g', Map.of("uid", "1")).pax('x', xattrs).file("f").end(),
            new Archive()
                .pax('x', sparse)
                .header(Header.ustar('0', "s").size(515))
                .data("1\n10\n3\n")
                .data("abc")
                .end(),
            new Archive().pax('x', map).entry(Header.ustar('0', "s"), "abcd").end(),
            new Archive()
                .header(
                    Header.gnu('S', "s")
                        .size(3)
                        .octal(386, 12, 7)
                        .octal(398, 12, 3)
                        .octal(483, 12, 99))
                .data("abc")
                .header(Header.ustar('3', "dev").device(1, 3)))
        .map(Archive::build);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void isReadOrRefused(byte[] seed) throws IOException {
    Random random = new Random(20_250_101);
    int refused = 0;
    for (int round = 0; round < ROUNDS; round++) {
      byte[] archive = mutate(seed, random);
      if (random.nextInt(4) > 0) {
        repairChecksums(archive);
      }
      try {
        Reading reading = Reading.of(new ByteArrayInputStream(archive), LIMITS);
        assertThat(reading.whole()).isEqualTo(archive);
      } catch (TarException e) {
        assertThat(e).hasMessageMatching("(?s).+ at byte \\d+");
        refused++;
      }
    }
    assertThat(refused).isBetween(ROUNDS / 10, ROUNDS - 1);
  }

  private static byte[] mutate(byte[] seed, Random random) {
    byte[] archive =
        random.nextInt(8) == 0 ? Arrays.copyOf(seed, random.nextInt(seed.length)) : seed.clone();
    for (int n = random.nextInt(4); n >= 0 && archive.length > 0; n--) {
      int at = random.nextInt(archive.length);
      archive[at] =
          switch (random.nextInt(4)) {
            case 0 -> (byte) random.nextInt(256);
            case 1 -> (byte) ('0' + random.nextInt(10));
            case 2 -> (byte) (archive[at] ^ 1 << random.nextInt(8));
            default -> archive[random.nextInt(archive.length)];
          };
    }
    return archive;
  }

  /** Lets damage pass the checksum wherever a block looks like a header. */
  static void repairChecksums(byte[] archive) {
    for (int at = 0; at + 512 <= archive.length; at += 512) {
      if (archive[at + 257] == 'u' && archive[at + 258] == 's') {
        Arrays.fill(archive, at + 148, at + 156, (byte) ' ');
        int sum = 0;
        for (int i = at; i < at + 512; i++) {
          sum += archive[i] & 0xff;
        }
        byte[] field = Archive.bytes("%06o\0 ".formatted(sum));
        System.arraycopy(field, 0, archive, at + 148, field.length);
      }
    }
  }
}

package io.deltaport.tar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.deltaport.tar.TarEntry.Extent;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An archive that bsdtar 3.6.2 wrote in its pax format; it stays as it is. */
class BsdtarTest {
  private static final String[] ARCHIVE = {
    "H4sIAAAAAAACA+3aTW/TMBgH8BxRPoUvPZI9fomdHHLgbWzShIAJpB69NVOD+qYklQonPhg3Pg+fAdyuZVnKOobm",
    "jG3/36WSHUXLnP9j126999YuDnI7yMu9s8APIjKcs+Wn0/4kkqQYV7FQxpByHcS5JhmwRdCBeVXb0v0pt/CQlx7u",
    "nhAJO62LcZ5xk8ZKCEpMpFNOaaJDQcyu+zZDFaqYHR0+f/b+xcHhx1fRwtZ1Gc2rvIyqWU+QPc178mVPxFn/3awI",
    "FbFjd+FRf8eFNjwJpbripmfTadYf738ORfqHOy17T2wZBvDPam+pb0ZD7cw/UXw5/2S0VAEj5N+7YT4aTRGDR5z/",
    "i/l/aMvBncz/XLfmfyGMwfx/1/O/vJj/f/elfNkXpwIrgQeSf1+pv8n8T638k5EiYLyLxckjz3+z/lczW1a5l/qv",
    "lbp6/F21b9d/rRXq///4/U8I9vrNh+j8VYnG9tO0zHi7tZi4Vndt0mydWHenev2ShZI3+8rcjqriS55J9x4YkaCQ",
    "d5d/NwzHq1HYL0Z5RB6qwO78uwXFVv2XShl8/+sk/yFP0yRRiVuipW7Jt84fIYEAAODTwNYW/wUAAAAAgG409/+n",
    "Iz8HQZv9P7PCAsEp1o39fy4Ma54FuQZuBPb/u8BjNi8Gmdxs7+86DhDr44Cnkseap4Ioipet4+1WBOve5N9X6rfz",
    "z6VU0r1p7fwv8/Lz3A968nW1/2/w+6/O6//3bxMfrj//1a3f/0ilYo3630n9l4rNbD3Mal/D/xfCm55Co27fXv79",
    "D/t1+XcrwHb+jRao/508PiIAAAAAAAAAAAAAAAAAAPAg/ALajTaDAFAAAA=="
  };

  private Reading reading;

  @BeforeEach
  void read() throws IOException {
    byte[] gzip = Base64.getDecoder().decode(String.join("", ARCHIVE));
    byte[] archive = new GZIPInputStream(new ByteArrayInputStream(gzip)).readAllBytes();
    reading = Reading.of(archive);
    assertThat(reading.whole()).isEqualTo(archive);
    assertThat(reading.entries()).hasSize(5);
  }

  @Test
  void hasEachAttributeOnce() {
    TarEntry file = reading.entries().getFirst();
    assertThat(Reading.text(file.path())).isEqualTo("t/f");
    assertThat(file.mode()).isEqualTo(04711);
    assertThat(file.mtimeSeconds()).isEqualTo(1_700_000_000);
    assertThat(reading.content(0)).isEqualTo("hello");
    assertThat(file.xattrs())
        .extracting(xattr -> Reading.text(xattr.name()), xattr -> Reading.text(xattr.value()))
        .containsExactlyInAnyOrder(tuple("user.foo", "bar"), tuple("user.sp%20ace%3D%25", "a\nb"));
  }

  @Test
  void hasAHardLink() {
    TarEntry link = reading.entries().get(1);
    assertThat(link.type()).isEqualTo(TarType.HARD_LINK);
    assertThat(Reading.text(link.linkTarget())).isEqualTo("t/f");
    assertThat(link.size()).isZero();
  }

  @Test
  void hasASparseFile() {
    TarEntry sparse = reading.entries().get(2);
    assertThat(Reading.text(sparse.path())).isEqualTo("t/sparse");
    assertThat(sparse.realSize()).isEqualTo(3 << 20);
    Extent data = sparse.extents().getFirst();
    assertThat(data.offset()).isBetween(1_990_000L, 2_000_000L);
    assertThat(sparse.size()).isEqualTo(data.length());
    int at = (int) (2_000_000 - data.offset());
    assertThat(reading.content(2).substring(at, at + 4)).isEqualTo("data");
  }

  @Test
  void hasAnOwnerBeyondOctal() {
    TarEntry old = reading.entries().get(3);
    assertThat(old.uid()).isEqualTo(3_000_000);
    assertThat(old.gid()).isEqualTo(70_000);
    assertThat(old.mtimeSeconds()).isNegative();
  }

  @Test
  void hasALongNameInUtf8() {
    assertThat(Reading.text(reading.entries().get(4).path()))
        .isEqualTo("t/\u00c3\u00bc" + "n".repeat(120));
    assertThat(reading.content(4)).isEqualTo("u");
  }
}

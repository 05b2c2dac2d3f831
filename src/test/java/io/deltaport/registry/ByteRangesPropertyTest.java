package io.deltaport.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.util.ByteRange;
import io.deltaport.util.ByteRanges;
import io.deltaport.util.ByteRanges.Kind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Ranges of every kind against the plain reading of RFC 9110, one byte after the other. */
final class ByteRangesPropertyTest {

  /** A range as a header writes it; -1 stands for a number that is left out. */
  record Spec(int first, int last) {
    String text() {
      return (first < 0 ? "" : "" + first) + "-" + (last < 0 ? "" : "" + last);
    }

    boolean backwards() {
      return first >= 0 && last >= 0 && last < first;
    }

    /** Returns the bytes that it names. */
    byte[] of(byte[] blob) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      for (int i = 0; i < blob.length; i++) {
        boolean named = first < 0 ? i >= blob.length - last : i >= first && (last < 0 || i <= last);
        if (named) {
          bytes.write(blob[i]);
        }
      }
      return bytes.toByteArray();
    }
  }

  @Provide
  Arbitrary<Spec> specs() {
    Arbitrary<Integer> numbers = Arbitraries.integers().between(-1, 60);
    return Combinators.combine(numbers, numbers)
        .as(Spec::new)
        .filter(spec -> spec.first() >= 0 || spec.last() >= 0);
  }

  @Property
  void aHeaderGivesTheBytesThatItNames(
      @ForAll @Size(min = 1, max = 5) List<@From("specs") Spec> specs,
      @ForAll @IntRange(max = 50) int size)
      throws IOException {
    byte[] blob = blob(size);
    String header = specs.stream().map(Spec::text).collect(Collectors.joining(",", "bytes=", ""));
    ByteRanges ranges = ByteRanges.parse(header, size);

    List<byte[]> wanted = new ArrayList<>();
    specs.stream().map(spec -> spec.of(blob)).filter(part -> part.length > 0).forEach(wanted::add);
    if (wanted.isEmpty() || specs.stream().anyMatch(Spec::backwards)) {
      assertThat(ranges.kind()).isEqualTo(Kind.UNSATISFIABLE);
    } else if (ranges.kind() == Kind.PARTIAL) {
      assertThat(ranges.parts()).hasSameSizeAs(wanted);
      for (int i = 0; i < wanted.size(); i++) {
        assertThat(slice(blob, ranges.parts().get(i))).isEqualTo(wanted.get(i));
      }
    } else {
      assertThat(ranges.kind()).isEqualTo(Kind.WHOLE);
      assertThat(wanted).hasSizeGreaterThan(1);
      int total = wanted.stream().mapToInt(part -> part.length).sum();
      assertThat(total > size || wanted.size() > ByteRanges.OVERLAPS_MAX).isTrue();
    }
  }

  @Property
  void noHeaderAsksForMoreThanTheBlob(@ForAll String noise, @ForAll @IntRange(max = 50) int size) {
    for (String header : List.of(noise, "bytes=" + noise, "bytes=0-1," + noise)) {
      ByteRanges ranges = ByteRanges.parse(header, size);
      assertThat(ranges.parts()).allMatch(part -> part.length() > 0 && part.end() <= size);
      assertThat(ranges.parts().stream().mapToLong(ByteRange::length).sum())
          .isLessThanOrEqualTo(size);
      assertThat(ranges.parts().isEmpty()).isEqualTo(ranges.kind() != Kind.PARTIAL);
    }
  }

  @Property
  void aMultipartBodyIsAsLongAsItSaysAndHasTheParts(
      @ForAll @Size(min = 2, max = 5) List<@From("specs") Spec> specs) throws IOException {
    byte[] blob = blob(200);
    String header = specs.stream().map(Spec::text).collect(Collectors.joining(",", "bytes=", ""));
    ByteRanges ranges = ByteRanges.parse(header, blob.length);
    MultipartRanges body = MultipartRanges.of(ranges);
    ByteArrayOutputStream out = new ByteArrayOutputStream();

    body.write(out, part -> new ByteArrayInputStream(slice(blob, part)));

    assertThat(out.size()).isEqualTo(body.length());
    StringBuilder expected = new StringBuilder();
    for (ByteRange part : ranges.parts()) {
      expected
          .append("--%s\r\nContent-Type: application/octet-stream\r\n".formatted(body.boundary()))
          .append("Content-Range: bytes %d-%d/200\r\n\r\n".formatted(part.offset(), part.end() - 1))
          .append(new String(slice(blob, part), StandardCharsets.ISO_8859_1))
          .append("\r\n");
    }
    assertThat(out.toString(StandardCharsets.ISO_8859_1))
        .isEqualTo(expected + "--" + body.boundary() + "--\r\n");
  }

  private static byte[] blob(int size) {
    byte[] blob = new byte[size];
    for (int i = 0; i < size; i++) {
      blob[i] = (byte) i;
    }
    return blob;
  }

  private static byte[] slice(byte[] blob, ByteRange part) {
    return Arrays.copyOfRange(blob, (int) part.offset(), (int) part.end());
  }
}

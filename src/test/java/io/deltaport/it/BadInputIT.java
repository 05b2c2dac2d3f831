package io.deltaport.it;

import static io.deltaport.it.Registry.assertError;
import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.response.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Layers that cannot be absorbed are stored and served all the same, the reason is told, and
 * everything else goes on.
 */
class BadInputIT {
  private static final String TAR = "application/vnd.oci.image.layer.v1.tar";
  private static final int BLOCK = 512;

  /** Zeros that one member of the bomb expands to; members may follow each other without end. */
  private static final int BOMB_MEMBER_BYTES = 64 << 20;

  private static final int BOMB_MEMBERS = 300;

  @RegisterExtension static final WorkFolder FOLDER = new WorkFolder();

  static Stream<Arguments> layers() throws IOException {
    byte[] tar = tar("file", "content ".repeat(20_000).getBytes(StandardCharsets.UTF_8));
    byte[] packed = gzip(tar);
    byte[] wrongCrc = packed.clone();
    wrongCrc[packed.length - 8] ^= 1;
    byte[] damaged = packed.clone();
    damaged[packed.length / 2] ^= 0x55;
    return Stream.of(
        Arguments.of("a cut gzip", TAR + "+gzip", Arrays.copyOf(packed, packed.length / 2)),
        Arguments.of("a cut tar", TAR, Arrays.copyOf(tar, tar.length / 2)),
        Arguments.of("a damaged gzip", TAR + "+gzip", damaged),
        Arguments.of("a wrong CRC", TAR + "+gzip", wrongCrc),
        Arguments.of("gzip of what is no tar", TAR + "+gzip", gzip(noise(100_000))),
        Arguments.of("no tar", TAR, noise(100_000)),
        Arguments.of(
            "a cut zstd", TAR + "+zstd", new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd}),
        Arguments.of("an encrypted layer", TAR + "+gzip+encrypted", noise(50_000)),
        Arguments.of("an unknown type", "application/vnd.example.squashfs", noise(50_000)),
        Arguments.of("a size of 8 EiB", TAR, withSize(tar, "8000000000000000", true)),
        Arguments.of("a negative size", TAR, withSize(tar, "ffffffffffffffffffffffff", true)),
        Arguments.of("a size of 8 GiB", TAR, withSize(tar, "77777777777", false)),
        Arguments.of("a wrong header checksum", TAR, withWrongChecksum(tar)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("layers")
  void aLayerThatCannotBeAbsorbedIsStoredAndServed(String name, String mediaType, byte[] content)
      throws IOException {
    Clients.require("skopeo");
    Path work = FOLDER.fresh();
    Path file = Files.write(work.resolve("blob"), content);
    assertStoredButOpaque(work, file, mediaType);
  }

  /** 19 GB of zeros from 19 MB of gzip, whose only entry says that this is right. */
  @Test
  void aDecompressionBombIsStoredAndServed() throws IOException {
    Clients.require("skopeo");
    Path work = FOLDER.fresh();
    Path bomb = work.resolve("blob");
    byte[] member = gzip(new byte[BOMB_MEMBER_BYTES]);
    try (OutputStream out = Files.newOutputStream(bomb)) {
      byte[] header = Arrays.copyOf(tar("bomb", new byte[0]), BLOCK);
      String size = "%016x".formatted((long) BOMB_MEMBER_BYTES * BOMB_MEMBERS);
      out.write(gzip(withSize(header, size, true)));
      for (int i = 0; i < BOMB_MEMBERS; i++) {
        out.write(member);
      }
    }
    assertStoredButOpaque(work, bomb, TAR + "+gzip");
  }

  private static void assertStoredButOpaque(Path work, Path blob, String mediaType)
      throws IOException {
    Registry registry = Registry.fresh();
    String digest = Layout.sha256(blob);
    Layout layout =
        new LayoutBuilder(work.resolve("layout"))
            .blob(blob, mediaType, digest)
            .image("odd")
            .build();
    String name = registry.repository() + ":odd";
    Skopeo.push(layout, "odd", registry.server(), name);

    ImageState image = ImageState.awaitSettled(registry, "odd");

    assertThat(image.state()).isEqualTo("opaque");
    assertThat(image.reason()).isNotBlank().doesNotContain("Exception");
    assertThat(Skopeo.pull(registry.server(), name, work.resolve("back")))
        .isEqualTo(layout.image("odd"));
  }

  @Test
  void pushesAndPullsGoOnBesideBadOnes() throws IOException {
    Clients.require("skopeo");
    Path work = FOLDER.fresh();
    Layout bad =
        new LayoutBuilder(work.resolve("layout"))
            .blob(
                Files.write(work.resolve("blob"), noise(20 << 20)),
                TAR + "+gzip",
                Registry.digestOf("no tar"))
            .image("odd")
            .build();
    Registry odd = Registry.fresh();
    Skopeo.push(bad, "odd", odd.server(), odd.repository() + ":stable");
    Registry good = Registry.fresh();
    Layout layout = Trees.small().layout();
    Skopeo.push(layout, "v1", good.server(), good.repository() + ":v1");

    assertThat(Skopeo.pull(good.server(), good.repository() + ":v1", work.resolve("back")))
        .isEqualTo(layout.image("v1"));
    assertThat(ImageState.awaitSettled(good, "v1").state()).isEqualTo("absorbed");
    assertThat(ImageState.awaitSettled(odd, "stable").state()).isEqualTo("opaque");
  }

  /** From an image that cannot be absorbed no delta can lead; the tag moves all the same. */
  @Test
  void aTagMovesAwayFromABadImage() throws IOException {
    Clients.require("skopeo");
    Path work = FOLDER.fresh();
    Layout layout =
        new LayoutBuilder(work.resolve("layout"))
            .blob(
                Files.write(work.resolve("blob"), noise(1 << 20)), TAR, Registry.digestOf("no tar"))
            .image("bad")
            .blob(
                Files.write(work.resolve("good"), tar("file", noise(1 << 20))),
                TAR,
                Registry.digestOf("told wrong, which only an absorber finds"))
            .image("good")
            .build();
    Registry registry = Registry.fresh();
    Release release = Release.push(registry, layout, "bad", "good");
    Jobs.awaitIdle(registry);

    assertThat(
            Skopeo.pull(registry.server(), registry.repository() + ":stable", work.resolve("back")))
        .isEqualTo(release.target());
  }

  @Test
  void aDeltaBetweenUnknownImagesIsRefusedByName() {
    Registry registry = Registry.fresh();
    String known = registry.pushArtifact("known", "application/vnd.example.thing");
    String unknown = Registry.digestOf("an image that nobody pushed");

    for (String[] pair : new String[][] {{unknown, known}, {known, unknown}, {"no-tag", known}}) {
      Response response = requestDelta(registry.repository(), pair[0], pair[1]);
      assertError(response, 404, "MANIFEST_UNKNOWN");
      String wrong = pair[0].equals(known) ? pair[1] : pair[0];
      assertThat(response.asString()).contains(wrong);
    }
    assertThat(requestDelta("no/such/repository", known, known).statusCode()).isIn(400, 404);
  }

  @Test
  void aDeltaFromAnImageToItselfIsRefused() {
    Registry registry = Registry.fresh();
    String known = registry.pushArtifact("known", "application/vnd.example.thing");
    assertError(requestDelta(registry.repository(), known, known), 400, "UNSUPPORTED");
    assertError(requestDelta(registry.repository(), "known", known), 400, "UNSUPPORTED");
  }

  private static Response requestDelta(String repository, String from, String to) {
    return Registry.fresh()
        .request()
        .contentType("application/json")
        .body(
            "{\"repository\":\"%s\",\"from\":\"%s\",\"to\":\"%s\"}".formatted(repository, from, to))
        .post("/api/v1/deltas");
  }

  private static byte[] tar(String name, byte[] content) {
    int blocks = 1 + (content.length + BLOCK - 1) / BLOCK + 2;
    byte[] tar = new byte[blocks * BLOCK];
    put(tar, 0, name);
    put(tar, 100, "0000644");
    put(tar, 108, "0000000");
    put(tar, 116, "0000000");
    put(tar, 124, "%011o".formatted(content.length));
    put(tar, 136, "14520000000");
    tar[156] = '0';
    put(tar, 257, "ustar");
    put(tar, 263, "00");
    System.arraycopy(content, 0, tar, BLOCK, content.length);
    return sealed(tar);
  }

  /** Returns a tar whose first header tells another size. */
  private static byte[] withSize(byte[] tar, String digits, boolean base256) {
    byte[] lying = tar.clone();
    Arrays.fill(lying, 124, 136, (byte) 0);
    if (base256) {
      byte[] number = HexFormat.of().parseHex(digits);
      System.arraycopy(number, 0, lying, 136 - number.length, number.length);
      lying[124] |= (byte) 0x80;
    } else {
      put(lying, 124, digits);
    }
    return sealed(lying);
  }

  private static byte[] withWrongChecksum(byte[] tar) {
    byte[] wrong = tar.clone();
    wrong[148] ^= 1;
    return wrong;
  }

  private static byte[] sealed(byte[] tar) {
    Arrays.fill(tar, 148, 156, (byte) ' ');
    int sum = 0;
    for (int i = 0; i < BLOCK; i++) {
      sum += tar[i] & 0xff;
    }
    put(tar, 148, "%06o\0".formatted(sum));
    return tar;
  }

  private static void put(byte[] tar, int offset, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, tar, offset, bytes.length);
  }

  private static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(packed)) {
      out.write(content);
    }
    return packed.toByteArray();
  }

  private static byte[] noise(int bytes) {
    byte[] noise = new byte[bytes];
    new Random().nextBytes(noise);
    return noise;
  }
}

package io.deltaport.ostree.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.ObjectName;
import io.deltaport.ostree.ObjectType;
import io.deltaport.ostree.OstreeFormatException;
import io.deltaport.ostree.stream.ObjectStreamReader.Entry;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ObjectStreamTest {
  private static final int ROUNDS = 3_000;
  private static final long BYTES_MAX = 1 << 20;

  private static ObjectName name(ObjectType type, byte[] object) {
    return new ObjectName(type, Checksum.of(object));
  }

  private static byte[] sample() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Random random = new Random(1);
    try (ObjectStreamWriter writer = new ObjectStreamWriter(out)) {
      for (ObjectType type : ObjectType.values()) {
        byte[] object = new byte[random.nextInt(5_000)];
        random.nextBytes(object);
        writer.add(name(type, object), object);
      }
      byte[] begin = new byte[10];
      byte[] rest = new byte[70_000];
      writer.add(
          name(ObjectType.FILE, new byte[70_010]), begin, new ByteArrayInputStream(rest), 70_000);
      writer.add(name(ObjectType.FILE, new byte[0]), new byte[0]);
      writer.finish();
    }
    return out.toByteArray();
  }

  private static Map<ObjectName, byte[]> read(byte[] stream, long objectsMax, long bytesMax)
      throws IOException {
    Map<ObjectName, byte[]> objects = new LinkedHashMap<>();
    try (ObjectStreamReader reader =
        new ObjectStreamReader(new ByteArrayInputStream(stream), objectsMax, bytesMax)) {
      for (Entry entry = reader.next(); entry != null; entry = reader.next()) {
        objects.put(entry.name(), entry.content().readAllBytes());
      }
      assertThat(reader.next()).isNull();
    }
    return objects;
  }

  @Test
  void whatWasWrittenIsRead() throws IOException {
    Map<ObjectName, byte[]> objects = read(sample(), 7, BYTES_MAX);
    assertThat(objects).hasSize(7);
    objects.forEach((name, object) -> assertThat(Checksum.of(object)).isEqualTo(name.checksum()));
  }

  @Test
  void whatIsLeftOfAnObjectIsSkipped() throws IOException {
    int count = 0;
    try (ObjectStreamReader reader =
        new ObjectStreamReader(new ByteArrayInputStream(sample()), 7, BYTES_MAX)) {
      for (Entry entry = reader.next(); entry != null; entry = reader.next()) {
        assertThat(entry.content().readNBytes(3)).hasSizeLessThan(4);
        count++;
      }
    }
    assertThat(count).isEqualTo(7);
  }

  @Test
  void tooMuchIsRefused() throws IOException {
    byte[] stream = sample();
    assertThatThrownBy(() -> read(stream, 6, BYTES_MAX)).isInstanceOf(OstreeFormatException.class);
    assertThatThrownBy(() -> read(stream, 7, 60_000)).isInstanceOf(OstreeFormatException.class);
  }

  @Test
  void anObjectOfAnotherLengthIsNotWritten() throws IOException {
    ObjectName name = name(ObjectType.FILE, new byte[0]);
    try (ObjectStreamWriter writer = new ObjectStreamWriter(new ByteArrayOutputStream())) {
      for (int length : new int[] {4, 6}) {
        assertThatThrownBy(
                () -> writer.add(name, new byte[1], new ByteArrayInputStream(new byte[length]), 5))
            .isInstanceOf(IOException.class)
            .hasMessageContaining(name.toString());
      }
    }
  }

  @Test
  void damagedFramingIsRefused() throws IOException {
    byte[] stream = sample();
    Random random = new Random(2);
    for (int round = 0; round < ROUNDS; round++) {
      byte[] damaged = stream.clone();
      damaged[random.nextInt(Math.min(damaged.length, 4_000))] ^= (byte) (1 << random.nextInt(8));
      check(
          random.nextInt(4) == 0 ? Arrays.copyOf(stream, random.nextInt(stream.length)) : damaged);
    }
  }

  @Test
  void damagedRecordsAreRefused() throws IOException {
    byte[] stream = sample();
    byte[] packed = Arrays.copyOfRange(stream, ObjectStreamFormat.MAGIC.length, stream.length);
    byte[] records = unpack(packed);
    Random random = new Random(3);
    for (int round = 0; round < ROUNDS; round++) {
      byte[] damaged = records.clone();
      damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      damaged[random.nextInt(41)] = (byte) random.nextInt(256);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      out.write(ObjectStreamFormat.MAGIC);
      out.write(Zstd.compress(damaged, 1));
      check(out.toByteArray());
    }
  }

  private static byte[] unpack(byte[] packed) throws IOException {
    try (var in = new com.github.luben.zstd.ZstdInputStream(new ByteArrayInputStream(packed))) {
      return in.readAllBytes();
    }
  }

  private static void check(byte[] stream) throws IOException {
    try {
      read(stream, 1_000, BYTES_MAX);
    } catch (OstreeFormatException e) {
      assertThat(e).hasMessageMatching(".+");
    }
  }
}

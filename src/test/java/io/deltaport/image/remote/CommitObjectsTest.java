package io.deltaport.image.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.ostree.Checksum;
import io.deltaport.store.ObjectKind;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

final class CommitObjectsTest {
  @Property
  void containsWhatItWasMadeOf(
      @ForAll @Size(max = 60) Set<String> in, @ForAll @Size(max = 20) Set<String> out) {
    Set<Checksum> names = in.stream().map(CommitObjectsTest::name).collect(Collectors.toSet());
    CommitObjects objects =
        new CommitObjects(Map.of(ObjectKind.FILE, names, ObjectKind.DIRTREE, Set.of()));
    for (Checksum name : names) {
      assertThat(objects.contains(new RemoteObject(name, ObjectKind.FILE))).isTrue();
      assertThat(objects.contains(new RemoteObject(name, ObjectKind.DIRTREE))).isFalse();
      assertThat(objects.contains(new RemoteObject(name, ObjectKind.DIRMETA))).isFalse();
    }
    for (String text : out) {
      assertThat(objects.contains(new RemoteObject(name(text), ObjectKind.FILE)))
          .isEqualTo(names.contains(name(text)));
    }
  }

  private static Checksum name(String text) {
    return Checksum.of(text.getBytes(StandardCharsets.UTF_8));
  }
}

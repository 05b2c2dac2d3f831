package io.deltaport.it;

import static io.deltaport.it.Registry.MANIFEST;
import static io.deltaport.it.Registry.descriptor;
import static io.deltaport.it.Registry.digestOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.response.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Whatever there is and whatever the page, a walk meets everything once and in order. */
class PaginationPropertyIT {
  private static final String TYPE = "application/vnd.example.thing";
  private static final int TRIES = 15;

  @Provide
  Arbitrary<String> tags() {
    return Arbitraries.strings()
        .withChars("aAbZ09_.-")
        .ofMinLength(1)
        .ofMaxLength(3)
        .filter(tag -> tag.matches("[a-zA-Z0-9_].*"));
  }

  @Property(tries = TRIES, shrinking = ShrinkingMode.OFF)
  void everyTagComesOnce(
      @ForAll @Size(min = 1, max = 12) Set<@From("tags") String> tags,
      @ForAll @IntRange(min = 1, max = 14) int n,
      @ForAll @From("tags") String last) {
    Registry registry = Registry.fresh();
    String manifest = registry.artifact(TYPE, "");
    String query = "?tag=" + String.join("&tag=", tags);
    registry.pushManifest(digestOf(manifest) + query, MANIFEST, manifest);
    TreeSet<String> sorted = new TreeSet<>(tags);

    assertThat(walk(registry, "tags/list?n=" + n, "tags", n)).containsExactlyElementsOf(sorted);
    assertThat(walk(registry, "tags/list?n=" + n + "&last=" + last, "tags", n))
        .containsExactlyElementsOf(sorted.tailSet(last, false));
  }

  @Property(tries = TRIES, shrinking = ShrinkingMode.OFF)
  void everyReferrerComesOnce(
      @ForAll @Size(max = 12) List<Boolean> kinds, @ForAll @IntRange(min = 1, max = 14) int n) {
    Registry registry = Registry.fresh();
    String subject = digestOf("subject");
    TreeSet<String> all = new TreeSet<>();
    TreeSet<String> some = new TreeSet<>();
    for (int i = 0; i < kinds.size(); i++) {
      String manifest =
          registry.artifact(
              kinds.get(i) ? TYPE : TYPE + "+json",
              ",\"subject\":%s,\"annotations\":{\"number\":\"%d\"}"
                  .formatted(descriptor(MANIFEST, subject, 1), i));
      String digest = registry.pushManifest(digestOf(manifest), MANIFEST, manifest);
      all.add(digest);
      if (!kinds.get(i)) {
        some.add(digest);
      }
    }

    String list = "referrers/" + subject + "?n=" + n;
    assertThat(walk(registry, list, "manifests.digest", n)).containsExactlyElementsOf(all);
    assertThat(walk(registry, list + "&artifactType=" + TYPE + "%2Bjson", "manifests.digest", n))
        .containsExactlyElementsOf(some);
  }

  private static List<String> walk(Registry registry, String list, String field, int n) {
    List<String> collected = new ArrayList<>();
    String next = registry.path(list);
    while (next != null) {
      Response page = registry.request().get(next);
      assertThat(page.statusCode()).as(next).isEqualTo(200);
      List<String> entries = page.jsonPath().getList(field, String.class);
      next = Registry.nextPage(page);
      assertThat(entries.size()).isBetween(next == null ? 0 : n, n);
      collected.addAll(entries);
    }
    return collected;
  }
}

package io.deltaport.image.refs;

import io.deltaport.meta.FormerImages.Succession;
import io.deltaport.oci.Manifest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Tells which image takes the place of which when a tag moves. */
public final class Successions {
  private Successions() {}

  /** What a tag leads to: an image or an index, and its digest. */
  public record Tagged(Manifest manifest, String digest) {}

  /**
   * Returns what came before each image of a tag.
   *
   * <p>The ref of the same name comes first. A tag that turns from an image into an index had but
   * one ref, which all platforms follow; from an index into an image it says of no platform that it
   * is the same, unless there was only one. {@link CommitParents} does the same with refs.
   */
  public static List<Succession> of(String tag, Tagged before, Tagged now) {
    Map<String, String> formers = RefNames.of(tag, before.manifest(), before.digest());
    List<Succession> successions = new ArrayList<>();
    RefNames.of(tag, now.manifest(), now.digest())
        .forEach(
            (ref, digest) -> {
              String formerRef = formerRef(tag, ref, formers);
              if (formerRef != null && !formers.get(formerRef).equals(digest)) {
                successions.add(new Succession(digest, ref, formers.get(formerRef), formerRef));
              }
            });
    return successions;
  }

  private static String formerRef(String tag, String ref, Map<String, String> formers) {
    if (formers.containsKey(ref)) {
      return ref;
    }
    if (formers.containsKey(tag)) {
      return tag;
    }
    return formers.size() == 1 && ref.equals(tag) ? formers.keySet().iterator().next() : null;
  }
}

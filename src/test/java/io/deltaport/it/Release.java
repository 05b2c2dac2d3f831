package io.deltaport.it;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A release that moved: the tag {@code stable} of a repository pointed at v1 of the small pair, and
 * points at v2 now. Made once for all tests, since they only look at it.
 *
 * @param layout where both images are as they were pushed
 */
record Release(Registry registry, Layout layout, String sourceTag, String targetTag) {
  private static final Map<String, Release> SHARED = new ConcurrentHashMap<>();

  /** The images of one layer. */
  static Release ofOneLayer() {
    return shared("v1", "v2");
  }

  /** The images of several layers. */
  static Release ofLayers() {
    return shared("v1-layers", "v2-layers");
  }

  private static Release shared(String source, String target) {
    return SHARED.computeIfAbsent(
        source, key -> push(Registry.fresh(), Trees.small().layout(), source, target));
  }

  static Release push(Registry registry, Layout layout, String sourceTag, String targetTag) {
    Skopeo.push(layout, sourceTag, registry.server(), registry.repository() + ":stable");
    Skopeo.push(layout, targetTag, registry.server(), registry.repository() + ":stable");
    return new Release(registry, layout, sourceTag, targetTag);
  }

  Layout.Image source() {
    return layout.image(sourceTag);
  }

  Layout.Image target() {
    return layout.image(targetTag);
  }

  Delta delta() {
    return Delta.await(registry, source().manifest(), target().manifest());
  }
}

package io.deltaport.delta.ocidelta;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.deltaport.oci.Descriptor;
import io.deltaport.oci.Digest;
import io.deltaport.oci.MediaTypes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Writes the manifest of a delta artifact: the same parts always give the same bytes. */
final class DeltaManifest {
  static final byte[] EMPTY_CONFIG = "{}".getBytes(StandardCharsets.UTF_8);

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .build();

  private final DeltaImage source;
  private final DeltaImage target;
  private final List<Descriptor> layers = new ArrayList<>();
  private final List<String> reused = new ArrayList<>();
  private final List<String> reusedDiffIds = new ArrayList<>();
  private long compressedBytes;

  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonPropertyOrder({
    "schemaVersion",
    "mediaType",
    "artifactType",
    "config",
    "layers",
    "subject",
    "annotations"
  })
  private record Json(
      int schemaVersion,
      String mediaType,
      String artifactType,
      Descriptor config,
      List<Descriptor> layers,
      Descriptor subject,
      Map<String, String> annotations) {}

  DeltaManifest(DeltaImage source, DeltaImage target) {
    this.source = source;
    this.target = target;
    layers.add(
        Descriptor.of(target.manifest().mediaType(), target.digest(), target.manifestBytes().length)
            .withAnnotations(Map.of(Annotations.CONTENT, Annotations.CONTENT_MANIFEST)));
    layers.add(
        target
            .manifest()
            .config()
            .withAnnotations(Map.of(Annotations.CONTENT, Annotations.CONTENT_CONFIG)));
  }

  /** Adds what rebuilds a target layer: a tar-diff, or the layer itself. */
  void addLayer(Descriptor blob, Descriptor targetLayer) {
    layers.add(
        blob.withAnnotations(
            Map.of(
                Annotations.CONTENT,
                Annotations.CONTENT_LAYER,
                Annotations.TO,
                targetLayer.digest())));
  }

  /** Notes a target layer that the device has. */
  void addReused(Descriptor targetLayer, Digest diffId) {
    reused.add(targetLayer.digest());
    reusedDiffIds.add(diffId.toString());
  }

  /** Notes about how much of a tar-diff is files that are compressed by themselves. */
  void addCompressed(long bytes) {
    compressedBytes += bytes;
  }

  List<Descriptor> layers() {
    return List.copyOf(layers);
  }

  byte[] encode() {
    Map<String, String> annotations = new TreeMap<>();
    annotations.put(Annotations.TARGET, target.digest().toString());
    annotations.put(Annotations.SOURCE, source.digest().toString());
    annotations.put(Annotations.SOURCE_CONFIG, source.manifest().config().digest());
    annotations.put(Annotations.REUSED, json(reused));
    annotations.put(Annotations.REUSED_DIFF_ID, json(reusedDiffIds));
    if (compressedBytes > 0) {
      annotations.put(Annotations.COMPRESSED_BYTES, Long.toString(compressedBytes));
    }
    Descriptor config =
        Descriptor.of(MediaTypes.OCI_EMPTY, Digest.sha256(EMPTY_CONFIG), EMPTY_CONFIG.length);
    Descriptor subject =
        Descriptor.of(
            target.manifest().mediaType(), target.digest(), target.manifestBytes().length);
    return json(new Json(
            2,
            MediaTypes.OCI_MANIFEST,
            Annotations.ARTIFACT_TYPE,
            config,
            layers,
            subject,
            annotations))
        .getBytes(StandardCharsets.UTF_8);
  }

  private static String json(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("strings and numbers are always JSON", e);
    }
  }
}

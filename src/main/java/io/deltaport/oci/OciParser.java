package io.deltaport.oci;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads manifests, indexes and image configs, and refuses what two readers could understand
 * differently: duplicate keys, trailing bytes, anything but UTF-8. Thread-safe.
 */
public final class OciParser {
  /** The size that the distribution specification lets every client count on. */
  public static final int MANIFEST_BYTES_MAX = 4 << 20;

  /** Far deeper than any real manifest, shallow enough for every reader's stack. */
  public static final int NESTING_MAX = 64;

  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(NESTING_MAX)
                          .maxDocumentLength(MANIFEST_BYTES_MAX)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** No database and no C program takes it in a text. */
  private static final char ZERO = 0;

  private static final String BYTE_ORDER_MARK = "\ufeff";

  private OciParser() {}

  /**
   * Reads a manifest or an index. One of a type that is not known here, such as those that come
   * later, is read as far as it has the fields of those that are.
   *
   * @param contentType the media type that it came with, or null to trust its own field
   * @throws OciFormatException if it breaks the image specification
   */
  public static Manifest manifest(byte[] content, String contentType) throws OciFormatException {
    JsonNode root = object(content, "the manifest");
    String own = text(root, "mediaType");
    if (own != null && contentType != null && !own.equals(contentType)) {
      throw new OciFormatException(
          "mediaType is " + own + " but the Content-Type header says " + contentType);
    }
    String mediaType = own != null ? own : contentType;
    boolean index = root.has("manifests");
    if (index && (root.has("layers") || root.has("config"))) {
      throw new OciFormatException("a manifest cannot have both layers and manifests");
    }
    if (mediaType == null) {
      mediaType = index ? MediaTypes.OCI_INDEX : MediaTypes.OCI_MANIFEST;
    }
    boolean known = MediaTypes.isManifest(mediaType) || MediaTypes.isIndex(mediaType);
    checkVersion(root.path("schemaVersion"), known);
    if (!known) {
      return other(root, mediaType);
    }
    if (MediaTypes.isIndex(mediaType) != index) {
      throw new OciFormatException(
          "the media type " + mediaType + (index ? " is no index" : " needs a list of manifests"));
    }
    return index ? index(root, mediaType) : image(root, mediaType);
  }

  private static void checkVersion(JsonNode version, boolean needed) throws OciFormatException {
    boolean absent = version.isMissingNode() && !needed;
    if (!absent && (!version.isInt() || version.intValue() != 2)) {
      throw new OciFormatException("schemaVersion must be the number 2");
    }
  }

  private static Manifest other(JsonNode root, String mediaType) throws OciFormatException {
    if (!MediaTypes.mayBeManifest(mediaType)) {
      throw new OciFormatException("a manifest has a media type that begins with application/");
    }
    JsonNode node = root.path("config");
    Descriptor config = node.isObject() ? descriptor(node, "config") : null;
    String artifactType = text(root, "artifactType");
    // The artifact manifest, which the specification had for a while, calls its layers blobs.
    List<Descriptor> blobs = new ArrayList<>(descriptors(root, "layers"));
    blobs.addAll(descriptors(root, "blobs"));
    return new Manifest(
        mediaType,
        artifactType == null && config != null ? config.mediaType() : artifactType,
        config,
        blobs,
        descriptors(root, "manifests"),
        subject(root),
        annotations(root));
  }

  private static Manifest index(JsonNode root, String mediaType) throws OciFormatException {
    return new Manifest(
        mediaType,
        text(root, "artifactType"),
        null,
        List.of(),
        descriptors(root, "manifests"),
        subject(root),
        annotations(root));
  }

  private static Manifest image(JsonNode root, String mediaType) throws OciFormatException {
    if (!root.path("config").isObject()) {
      throw new OciFormatException("a manifest needs a config descriptor");
    }
    Descriptor config = descriptor(root.get("config"), "config");
    String explicit = text(root, "artifactType");
    return new Manifest(
        mediaType,
        explicit != null && !explicit.isEmpty() ? explicit : config.mediaType(),
        config,
        descriptors(root, "layers"),
        List.of(),
        subject(root),
        annotations(root));
  }

  /**
   * Reads an image config.
   *
   * @throws OciFormatException if it breaks the image specification
   */
  public static ImageConfig config(byte[] content) throws OciFormatException {
    JsonNode root = object(content, "the image config");
    JsonNode list = root.path("rootfs").path("diff_ids");
    if (!list.isArray() && !list.isMissingNode() && !list.isNull()) {
      throw new OciFormatException("diff_ids must be a list");
    }
    List<Digest> diffIds = new ArrayList<>();
    for (JsonNode node : list) {
      diffIds.add(digest(node.textValue(), "diff_id"));
    }
    return new ImageConfig(
        new Platform(text(root, "architecture"), text(root, "os"), text(root, "variant")),
        text(root, "created"),
        diffIds,
        strings(root.path("config"), "Labels"));
  }

  private static JsonNode object(byte[] content, String what) throws OciFormatException {
    if (content.length > MANIFEST_BYTES_MAX) {
      throw new OciFormatException(what + " is larger than " + MANIFEST_BYTES_MAX + " bytes");
    }
    try {
      // Decoded here, as Jackson would take bytes for UTF-16 or UTF-32 when they look like it.
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
      if (text.startsWith(BYTE_ORDER_MARK)) {
        throw new OciFormatException(what + " begins with a byte order mark");
      }
      JsonNode root = JSON.readTree(text);
      if (root == null || !root.isObject()) {
        throw new OciFormatException(what + " must be a JSON object");
      }
      return root;
    } catch (CharacterCodingException e) {
      throw new OciFormatException(what + " is not valid UTF-8", e);
    } catch (JsonProcessingException e) {
      throw new OciFormatException(what + " is not valid JSON: " + e.getOriginalMessage(), e);
    }
  }

  private static Descriptor subject(JsonNode root) throws OciFormatException {
    JsonNode subject = root.path("subject");
    return subject.isMissingNode() || subject.isNull() ? null : descriptor(subject, "subject");
  }

  private static List<Descriptor> descriptors(JsonNode root, String field)
      throws OciFormatException {
    JsonNode list = root.path(field);
    if (list.isMissingNode() || list.isNull()) {
      return List.of();
    }
    if (!list.isArray()) {
      throw new OciFormatException(field + " must be a list");
    }
    List<Descriptor> result = new ArrayList<>(list.size());
    for (JsonNode node : list) {
      result.add(descriptor(node, field + "[" + result.size() + "]"));
    }
    return result;
  }

  private static Descriptor descriptor(JsonNode node, String where) throws OciFormatException {
    if (!node.isObject()) {
      throw new OciFormatException(where + " must be a descriptor");
    }
    String mediaType = text(node, "mediaType");
    if (mediaType == null || mediaType.isEmpty()) {
      throw new OciFormatException(where + " has no mediaType");
    }
    JsonNode size = node.path("size");
    if (!size.isIntegralNumber() || !size.canConvertToLong() || size.asLong() < 0) {
      throw new OciFormatException(where + " needs a size of 0 or more bytes");
    }
    Digest digest = digest(text(node, "digest"), where + " digest");
    return new Descriptor(
        mediaType,
        digest.toString(),
        size.asLong(),
        annotations(node),
        text(node, "artifactType"),
        platform(node.path("platform")));
  }

  private static Platform platform(JsonNode node) throws OciFormatException {
    return node.isObject()
        ? new Platform(text(node, "architecture"), text(node, "os"), text(node, "variant"))
        : null;
  }

  private static Digest digest(String text, String where) throws OciFormatException {
    return Digest.tryParse(text == null ? "" : text)
        .orElseThrow(
            () -> new OciFormatException(where + " is neither a sha256 nor a sha512 digest"));
  }

  private static Map<String, String> annotations(JsonNode node) throws OciFormatException {
    return strings(node, "annotations");
  }

  private static Map<String, String> strings(JsonNode node, String field)
      throws OciFormatException {
    JsonNode map = node.path(field);
    if (map.isMissingNode() || map.isNull()) {
      return Map.of();
    }
    if (!map.isObject()) {
      throw new OciFormatException(field + " must be an object");
    }
    Map<String, String> result = new HashMap<>();
    for (Map.Entry<String, JsonNode> entry : map.properties()) {
      if (!entry.getValue().isTextual()) {
        throw new OciFormatException(field + " must have strings for values");
      }
      result.put(entry.getKey(), entry.getValue().textValue());
    }
    return result;
  }

  private static String text(JsonNode node, String field) throws OciFormatException {
    JsonNode value = node.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    if (!value.isTextual()) {
      throw new OciFormatException(field + " must be a string");
    }
    if (value.textValue().indexOf(ZERO) >= 0) {
      throw new OciFormatException(field + " must not have zero characters");
    }
    return value.textValue();
  }
}

package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.oci.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A client that pushes as real ones do (ask, mount, upload, manifest), from contents that all
 * clients share, and deletes again. It remembers each manifest that was acknowledged and not
 * deleted. Not thread-safe.
 */
final class GcPusher {
  private static final int SHARED_CONTENTS = 60;
  private static final int CONTENT_BYTES_MAX = 60_000;
  private static final int LAYERS_MAX = 3;
  private static final int TAGS = 4;

  /** With more manifests than this it deletes more than it pushes: contents die and come back. */
  private static final int MANIFESTS = 12;

  /** An image or index; {@code needs} are the blobs or manifests that it names. */
  private record Held(String mediaType, byte[] content, Set<String> needs) {}

  private final Http http;
  private final String repository;
  private final List<String> others;
  private final Random random;
  private final Map<String, Held> manifests = new TreeMap<>();
  private final Map<String, String> tags = new TreeMap<>();
  private int refused;

  GcPusher(Http http, String repository, List<String> others, long seed) {
    this.http = http;
    this.repository = repository;
    this.others = others;
    this.random = new Random(seed);
  }

  /** Returns how many pushes were refused because a blob was collected before its manifest. */
  int refused() {
    return refused;
  }

  /** Returns how many manifests are there now. */
  int held() {
    return manifests.size();
  }

  void step() throws IOException {
    if (manifests.size() > MANIFESTS && random.nextBoolean()) {
      deleteManifest();
      return;
    }
    switch (random.nextInt(10)) {
      case 0, 1, 2, 3 -> pushImage();
      case 4 -> pushIndex();
      case 5 -> pushAgain();
      case 6, 7 -> deleteManifest();
      case 8 -> deleteTag();
      default -> any(manifests.keySet().stream()).ifPresent(this::check);
    }
  }

  /** Fails unless everything that was acknowledged and not deleted is there, whole. */
  void checkAll() {
    manifests.keySet().forEach(this::check);
    tags.forEach(
        (tag, digest) ->
            assertThat(get("manifests/" + tag).body()).isEqualTo(manifests.get(digest).content()));
  }

  private void check(String digest) {
    Held held = manifests.get(digest);
    assertThat(get("manifests/" + digest).body()).isEqualTo(held.content());
    for (String need : held.needs()) {
      boolean child = held.mediaType().equals(Registry.INDEX);
      byte[] found = get((child ? "manifests/" : "blobs/") + need).body();
      assertThat(Digest.sha256(found).toString()).isEqualTo(need);
    }
  }

  private HttpResponse<byte[]> get(String path) {
    try {
      HttpResponse<byte[]> response = http.get(path(path));
      assertThat(response.statusCode())
          .as("%s of %s: %s", path, repository, text(response))
          .isEqualTo(200);
      return response;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void pushImage() throws IOException {
    Set<String> layers = new HashSet<>();
    List<String> descriptors = new ArrayList<>();
    for (int i = random.nextInt(LAYERS_MAX); i >= 0; i--) {
      byte[] content = content();
      layers.add(pushBlob(content));
      descriptors.add(
          Registry.descriptor(
              "application/octet-stream", Digest.sha256(content).toString(), content.length));
    }
    String manifest =
        """
        {"schemaVersion":2,"mediaType":"%s","artifactType":"application/vnd.example.thing",\
        "config":%s,"layers":[%s],"annotations":{"serial":"%d"}}"""
            .formatted(
                Registry.MANIFEST,
                descriptors.getFirst(),
                String.join(",", descriptors),
                random.nextLong());
    put(new Held(Registry.MANIFEST, manifest.getBytes(StandardCharsets.UTF_8), layers));
  }

  private void pushIndex() throws IOException {
    List<String> children =
        Stream.of(any(images()), any(images())).flatMap(Optional::stream).distinct().toList();
    String descriptors =
        children.stream()
            .map(
                digest ->
                    Registry.descriptor(
                        Registry.MANIFEST, digest, manifests.get(digest).content().length))
            .collect(Collectors.joining(","));
    String index =
        """
        {"schemaVersion":2,"mediaType":"%s","manifests":[%s],"annotations":{"serial":"%d"}}"""
            .formatted(Registry.INDEX, descriptors, random.nextLong());
    put(new Held(Registry.INDEX, index.getBytes(StandardCharsets.UTF_8), Set.copyOf(children)));
  }

  private void pushAgain() throws IOException {
    var digest = any(manifests.keySet().stream());
    if (digest.isPresent()) {
      put(manifests.get(digest.get()));
    }
  }

  private void put(Held manifest) throws IOException {
    String tag = "t" + random.nextInt(TAGS);
    String digest = Digest.sha256(manifest.content()).toString();
    HttpResponse<byte[]> answer =
        http.send(
            "PUT",
            path("manifests/" + tag),
            manifest.content(),
            "Content-Type",
            manifest.mediaType());
    if (answer.statusCode() == 400 && !manifests.containsKey(digest)) {
      assertThat(text(answer)).contains("MANIFEST_BLOB_UNKNOWN");
      refused++;
      return;
    }
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(201);
    manifests.put(digest, manifest);
    tags.put(tag, digest);
  }

  private String pushBlob(byte[] content) throws IOException {
    String digest = Digest.sha256(content).toString();
    if (http.send("HEAD", path("blobs/" + digest), null).statusCode() == 200) {
      return digest;
    }
    String from = others.get(random.nextInt(others.size()));
    HttpResponse<byte[]> mount =
        http.send("POST", path("blobs/uploads/?mount=" + digest + "&from=" + from), null);
    if (mount.statusCode() == 201) {
      return digest;
    }
    assertThat(mount.statusCode()).as(text(mount)).isEqualTo(202);
    String location = mount.headers().firstValue("Location").orElseThrow();
    HttpResponse<byte[]> stored =
        http.send(
            "PUT",
            location + "?digest=" + digest,
            content,
            "Content-Type",
            "application/octet-stream");
    assertThat(stored.statusCode()).as(text(stored)).isEqualTo(201);
    return digest;
  }

  private void deleteManifest() throws IOException {
    Set<String> inIndexes =
        manifests.values().stream()
            .filter(held -> held.mediaType().equals(Registry.INDEX))
            .flatMap(held -> held.needs().stream())
            .collect(Collectors.toSet());
    var victim = any(manifests.keySet().stream().filter(digest -> !inIndexes.contains(digest)));
    if (victim.isPresent()) {
      delete("manifests/" + victim.get());
      manifests.remove(victim.get());
      tags.values().removeIf(victim.get()::equals);
    }
  }

  private void deleteTag() throws IOException {
    var tag = any(tags.keySet().stream());
    if (tag.isPresent()) {
      delete("manifests/" + tag.get());
      tags.remove(tag.get());
    }
  }

  private void delete(String path) throws IOException {
    HttpResponse<byte[]> answer = http.send("DELETE", path(path), null);
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(202);
  }

  private Stream<String> images() {
    return manifests.entrySet().stream()
        .filter(entry -> entry.getValue().mediaType().equals(Registry.MANIFEST))
        .map(Map.Entry::getKey);
  }

  private Optional<String> any(Stream<String> from) {
    List<String> all = from.toList();
    return all.isEmpty() ? Optional.empty() : Optional.of(all.get(random.nextInt(all.size())));
  }

  /** Mostly what other clients push and delete as well: the same blob dies and comes back. */
  private byte[] content() {
    boolean shared = random.nextInt(4) > 0;
    Random bytes = new Random(shared ? random.nextInt(SHARED_CONTENTS) : random.nextLong());
    byte[] content = new byte[1 + bytes.nextInt(CONTENT_BYTES_MAX)];
    bytes.nextBytes(content);
    return content;
  }

  private String path(String rest) {
    return "/v2/" + repository + "/" + rest;
  }

  private static String text(HttpResponse<byte[]> response) {
    return new String(response.body(), StandardCharsets.UTF_8);
  }
}

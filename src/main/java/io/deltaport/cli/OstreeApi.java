package io.deltaport.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.ObjectName;
import io.deltaport.ostree.stream.ObjectStreamReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Speaks of the OSTree side of one repository with a server. Thread-safe. */
final class OstreeApi {
  /** Names and refs that the server takes in one request. */
  static final int NAMES_MAX = 4096;

  private static final int REFS_MAX = 1000;

  private final ApiClient client;
  private final String base;

  /** A ref on the server. */
  record Ref(Checksum commit, boolean followsTag) {}

  OstreeApi(ApiClient client, String repository) {
    this.client = client;
    this.base = "/api/v1/ostree/" + repository;
  }

  /** Returns those of the objects that have to be sent. */
  List<ObjectName> missing(Collection<ObjectName> objects) {
    List<ObjectName> missing = new ArrayList<>();
    List<ObjectName> all = List.copyOf(objects);
    for (int i = 0; i < all.size(); i += NAMES_MAX) {
      List<ObjectName> batch = all.subList(i, Math.min(all.size(), i + NAMES_MAX));
      client
          .post(base + "/missing", names(batch))
          .path("objects")
          .forEach(name -> missing.add(ObjectName.tryParse(name.asText()).orElseThrow()));
    }
    return missing;
  }

  private static ObjectNode names(Collection<ObjectName> objects) {
    ObjectNode request = Json.object();
    ArrayNode list = request.putArray("objects");
    objects.forEach(name -> list.add(name.toString()));
    return request;
  }

  void sendObjects(Path stream) throws IOException {
    client.postFile(base + "/objects", stream);
  }

  void sendCommit(Path stream) throws IOException {
    client.postFile(base + "/commits", stream);
  }

  ObjectStreamReader commit(Checksum commit) throws IOException {
    return stream(new java.io.BufferedInputStream(client.open(base + "/commits/" + commit)));
  }

  ObjectStreamReader objects(Checksum commit, Collection<ObjectName> objects) throws IOException {
    return stream(client.open(base + "/commits/" + commit + "/objects", names(objects)));
  }

  // The server is trusted with how much it sends: each object is checked against its name.
  private static ObjectStreamReader stream(java.io.InputStream in) throws IOException {
    return new ObjectStreamReader(in, Long.MAX_VALUE, Long.MAX_VALUE);
  }

  SortedMap<String, Ref> refs() {
    SortedMap<String, Ref> refs = new TreeMap<>();
    String last = "";
    while (last != null) {
      JsonNode page = client.get(base + "/refs?last=" + ApiClient.encode(last));
      for (JsonNode ref : page.path("refs")) {
        refs.put(
            ref.path("name").asText(),
            new Ref(
                Checksum.parse(ref.path("commit").asText()), ref.path("followsTag").asBoolean()));
      }
      last = page.path("next").isTextual() ? page.path("next").asText() : null;
    }
    return refs;
  }

  /** Moves refs from where they are now; a null value removes the ref. */
  void change(Map<String, Checksum> targets, Map<String, Ref> now) {
    List<String> names = List.copyOf(targets.keySet());
    for (int i = 0; i < names.size(); i += REFS_MAX) {
      ObjectNode request = Json.object();
      ArrayNode list = request.putArray("refs");
      for (String name : names.subList(i, Math.min(names.size(), i + REFS_MAX))) {
        Ref before = now.get(name);
        Checksum after = targets.get(name);
        list.addObject()
            .put("name", name)
            .put("from", before == null ? null : before.commit().hex())
            .put("to", after == null ? null : after.hex());
      }
      client.put(base + "/refs", request);
    }
  }

  void keepHistory(Integer commits) {
    client.put(base + "/history", Json.object().put("commits", commits));
  }
}

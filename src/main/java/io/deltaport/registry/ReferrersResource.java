package io.deltaport.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.deltaport.image.ManifestStore;
import io.deltaport.meta.ManifestEntity;
import io.deltaport.oci.Descriptor;
import io.deltaport.oci.Digest;
import io.deltaport.oci.MediaTypes;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.ResponseBuilder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.resteasy.reactive.RestQuery;

/** Lists the manifests that name another one as their subject: signatures, SBOMs, deltas. */
@Path("/v2")
@RunOnVirtualThread
public class ReferrersResource {
  /** Referrers in one answer: keeps it well below the 4 MiB that clients take. */
  private static final int PAGE_MAX = 1_000;

  private static final TypeReference<Map<String, String>> STRINGS = new TypeReference<>() {};

  private final ManifestStore manifests;
  private final ObjectMapper json;

  ReferrersResource(ManifestStore manifests, ObjectMapper json) {
    this.manifests = manifests;
    this.json = json;
  }

  /** The image index that the specification asks for. */
  public record ReferrersIndex(int schemaVersion, String mediaType, List<Descriptor> manifests) {}

  @GET
  @Path("/{name:.+}/referrers/{digest}")
  public Response list(
      String name,
      String digest,
      @RestQuery Optional<String> artifactType,
      @RestQuery Optional<String> last)
      throws JsonProcessingException {
    String repository = Names.repository(name);
    Digest subject = Names.digest(digest);
    Optional<String> filter = artifactType.filter(type -> !type.isEmpty());
    List<ManifestEntity> found =
        manifests.referrers(repository, subject, filter, last.orElse(""), PAGE_MAX + 1);
    List<ManifestEntity> page = found.subList(0, Math.min(PAGE_MAX, found.size()));
    ReferrersIndex index =
        new ReferrersIndex(2, MediaTypes.OCI_INDEX, page.stream().map(this::descriptor).toList());
    ResponseBuilder response =
        Response.ok(json.writeValueAsBytes(index))
            .header(HttpHeaders.CONTENT_TYPE, MediaTypes.OCI_INDEX);
    if (filter.isPresent()) {
      response.header("OCI-Filters-Applied", "artifactType");
    }
    if (found.size() > page.size()) {
      response.header("Link", next(repository, subject, filter, page.getLast().digest));
    }
    return response.build();
  }

  private static String next(
      String repository, Digest subject, Optional<String> filter, String last) {
    String query =
        filter
            .map(type -> "artifactType=" + URLEncoder.encode(type, StandardCharsets.UTF_8) + "&")
            .orElse("");
    return "</v2/"
        + repository
        + "/referrers/"
        + subject
        + "?"
        + query
        + "last="
        + last
        + ">; rel=\"next\"";
  }

  private Descriptor descriptor(ManifestEntity manifest) {
    try {
      return new Descriptor(
          manifest.mediaType,
          manifest.digest,
          manifest.content.length,
          json.readValue(manifest.annotations, STRINGS),
          manifest.artifactType,
          null);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("stored annotations are not JSON", e);
    }
  }
}

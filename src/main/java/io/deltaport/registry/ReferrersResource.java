package io.deltaport.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.deltaport.image.ManifestStore;
import io.deltaport.meta.Referrers.Page;
import io.deltaport.meta.Referrers.Query;
import io.deltaport.meta.Referrers.Referrer;
import io.deltaport.oci.Descriptor;
import io.deltaport.oci.MediaTypes;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.ResponseBuilder;
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
      @RestQuery Optional<String> n,
      @RestQuery Optional<String> last)
      throws JsonProcessingException {
    String repository = Names.repository(name);
    String subject = Names.digest(digest).toString();
    Optional<String> filter = artifactType.filter(type -> !type.isEmpty());
    int size = Names.pageSize(n, PAGE_MAX);
    Page page =
        manifests.referrers(
            new Query(repository, subject, filter.orElse(null), last.orElse(""), size));
    ReferrersIndex index =
        new ReferrersIndex(
            2, MediaTypes.OCI_INDEX, page.referrers().stream().map(this::descriptor).toList());
    ResponseBuilder response =
        Response.ok(json.writeValueAsBytes(index))
            .header(HttpHeaders.CONTENT_TYPE, MediaTypes.OCI_INDEX);
    if (filter.isPresent()) {
      response.header("OCI-Filters-Applied", "artifactType");
    }
    if (page.more()) {
      String here = "/v2/" + repository + "/referrers/" + subject;
      response.header(
          "Link", NextPage.link(here, size, page.referrers().getLast().digest(), filter));
    }
    return response.build();
  }

  private Descriptor descriptor(Referrer manifest) {
    try {
      return new Descriptor(
          manifest.mediaType(),
          manifest.digest(),
          manifest.sizeBytes(),
          json.readValue(manifest.annotations(), STRINGS),
          manifest.artifactType(),
          null);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("stored annotations are not JSON", e);
    }
  }
}

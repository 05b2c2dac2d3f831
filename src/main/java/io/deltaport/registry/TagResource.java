package io.deltaport.registry;

import io.deltaport.image.ManifestStore;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.ResponseBuilder;
import java.util.List;
import java.util.Optional;
import org.jboss.resteasy.reactive.RestQuery;

/** Lists tags and repositories in lexical order, a page at a time. */
@Path("/v2")
@RunOnVirtualThread
public class TagResource {
  /** Most names in one answer: some hundred kilobytes. */
  private static final int PAGE_MAX = 10_000;

  private final ManifestStore manifests;

  TagResource(ManifestStore manifests) {
    this.manifests = manifests;
  }

  /** The tags of a repository. */
  public record TagList(String name, List<String> tags) {}

  /** The repositories of the registry. */
  public record Catalog(List<String> repositories) {}

  @GET
  @Path("/{name:.+}/tags/list")
  public Response tags(
      String name, @RestQuery Optional<String> n, @RestQuery Optional<String> last) {
    String repository = Names.repository(name);
    int size = Names.pageSize(n, PAGE_MAX);
    List<String> found = manifests.tags(repository, last.orElse(""), size + 1);
    List<String> page = page(found, size);
    return withNext("/v2/" + repository + "/tags/list", found, page, size)
        .entity(new TagList(repository, page))
        .build();
  }

  @GET
  @Path("/_catalog")
  public Response catalog(@RestQuery Optional<String> n, @RestQuery Optional<String> last) {
    int size = Names.pageSize(n, PAGE_MAX);
    List<String> found = manifests.repositories(last.orElse(""), size + 1);
    List<String> page = page(found, size);
    return withNext("/v2/_catalog", found, page, size).entity(new Catalog(page)).build();
  }

  private static List<String> page(List<String> found, int size) {
    return found.subList(0, Math.min(size, found.size()));
  }

  private static ResponseBuilder withNext(
      String path, List<String> found, List<String> page, int size) {
    ResponseBuilder response = Response.ok().type(MediaType.APPLICATION_JSON_TYPE);
    if (found.size() > page.size() && !page.isEmpty()) {
      response.header("Link", NextPage.link(path, size, page.getLast(), Optional.empty()));
    }
    return response;
  }
}

package io.deltaport.api;

import io.deltaport.api.StatsViews.ReleaseView;
import io.deltaport.api.StatsViews.RepositoryPage;
import io.deltaport.api.StatsViews.RepositoryView;
import io.deltaport.api.StatsViews.StorageView;
import io.deltaport.image.RegistryException;
import io.deltaport.image.stats.ReleaseRequests;
import io.deltaport.image.stats.StatsRequests;
import io.deltaport.meta.StorageStats.RepositoryTotals;
import io.deltaport.oci.ErrorCode;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestQuery;

/** Tells what is stored, what it would take as plain blobs, and what releases added. */
@Path("/api/v1/stats")
@RunOnVirtualThread
public class StatsResource {
  private final StatsRequests stats;
  private final ReleaseRequests releases;

  StatsResource(StatsRequests stats, ReleaseRequests releases) {
    this.stats = stats;
    this.releases = releases;
  }

  @GET
  @Operation(
      summary = "Show what is stored, and what it would take as plain blobs",
      description = "The sums are those of the time in measuredAt; caches are of now")
  public StorageView storage() {
    return stats
        .storage()
        .map(StorageView::of)
        .orElseThrow(
            () ->
                new RegistryException(
                    ErrorCode.UNSUPPORTED, 404, "nothing was measured yet; ask again soon"));
  }

  @GET
  @Path("/repositories")
  @Operation(summary = "List repositories with what their tags lead to")
  public RepositoryPage repositories(
      @RestQuery Optional<String> repository,
      @RestQuery Optional<String> n,
      @RestQuery Optional<String> last) {
    int size = Parameters.pageSize(n);
    List<RepositoryTotals> found =
        stats.repositories(Parameters.repository(repository), last.orElse(""), size + 1);
    List<RepositoryTotals> page = found.subList(0, Math.min(size, found.size()));
    String next = found.size() > size ? page.getLast().name() : null;
    return new RepositoryPage(page.stream().map(RepositoryView::of).toList(), next);
  }

  @GET
  @Path("/releases")
  @Operation(
      summary = "Show what an image added to a former one, and which files",
      description =
          "The former image is that of from, or the one that the tag led to before, or the one that"
              + " was pushed last before. Files come with the largest first; at most 50,000")
  public ReleaseView release(
      @RestQuery Optional<String> repository,
      @RestQuery Optional<String> reference,
      @RestQuery Optional<String> from,
      @RestQuery Optional<String> n,
      @RestQuery Optional<String> last) {
    String name = Parameters.repository(repository);
    if (name.isEmpty() || reference.orElse("").isEmpty()) {
      throw Parameters.bad("the parameters repository and reference are needed");
    }
    return ReleaseView.of(
        releases.changes(name, reference.get(), from.orElse("")),
        last.map(StatsResource::marker).orElse(0),
        Parameters.pageSize(n));
  }

  private static int marker(String last) {
    if (!last.matches("[0-9]{1,9}")) {
      throw Parameters.bad("last must be the next of an earlier answer");
    }
    return Integer.parseInt(last);
  }
}

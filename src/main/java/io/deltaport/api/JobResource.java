package io.deltaport.api;

import io.deltaport.api.Views.JobPage;
import io.deltaport.api.Views.JobView;
import io.deltaport.image.DeltaRequests;
import io.deltaport.image.RegistryException;
import io.deltaport.oci.ErrorCode;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestQuery;

/** Shows jobs. */
@Path("/api/v1/jobs")
@RunOnVirtualThread
public class JobResource {
  private final DeltaRequests requests;

  JobResource(DeltaRequests requests) {
    this.requests = requests;
  }

  @GET
  @Operation(summary = "List jobs, newest first")
  public JobPage list(@RestQuery Optional<String> state, @RestQuery Optional<String> n) {
    return new JobPage(
        requests.jobs(state.orElse(""), Parameters.pageSize(n)).stream().map(JobView::of).toList());
  }

  @GET
  @Path("/{id}")
  @Operation(summary = "Show one job")
  public JobView get(String id) {
    try {
      return requests.job(UUID.fromString(id)).map(JobView::of).orElseThrow(() -> unknown(id));
    } catch (IllegalArgumentException e) {
      throw unknown(id);
    }
  }

  private static RegistryException unknown(String id) {
    return new RegistryException(ErrorCode.NAME_UNKNOWN, "there is no job " + id);
  }
}

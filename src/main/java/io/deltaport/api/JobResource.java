package io.deltaport.api;

import io.deltaport.api.Views.JobChange;
import io.deltaport.api.Views.JobPage;
import io.deltaport.api.Views.JobView;
import io.deltaport.image.RegistryException;
import io.deltaport.job.JobEntity;
import io.deltaport.job.JobPriority;
import io.deltaport.job.JobRequests;
import io.deltaport.oci.ErrorCode;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.Path;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestQuery;

/** Shows jobs, hastens and ends them. */
@Path("/api/v1/jobs")
@RunOnVirtualThread
public class JobResource {
  private final JobRequests jobs;

  JobResource(JobRequests jobs) {
    this.jobs = jobs;
  }

  @GET
  @Operation(summary = "List jobs, newest first")
  public JobPage list(
      @RestQuery Optional<String> repository,
      @RestQuery Optional<String> state,
      @RestQuery Optional<String> n) {
    String name = Parameters.repository(repository);
    return new JobPage(
        jobs.list(name, state.orElse(""), Parameters.pageSize(n)).stream()
            .map(JobView::of)
            .toList());
  }

  @GET
  @Path("/{id}")
  @Operation(summary = "Show one job")
  public JobView get(String id) {
    return found(id, jobs.find(parse(id)));
  }

  @DELETE
  @Path("/{id}")
  @Operation(
      summary = "Cancel a job",
      description =
          "One that waits ends at once, one that runs within seconds: until then it says"
              + " cancelling. One that has ended stays as it is")
  public JobView cancel(String id) {
    return found(id, jobs.cancel(parse(id)));
  }

  @PATCH
  @Path("/{id}")
  @Operation(
      summary = "Make a job more or less urgent",
      description = "The body is like {\"priority\":\"high\"}; there are low, normal and high")
  public JobView change(String id, JobChange change) {
    JobPriority priority =
        Optional.ofNullable(change)
            .map(JobChange::priority)
            .flatMap(JobPriority::parse)
            .orElseThrow(() -> Parameters.bad("the body needs priority: low, normal or high"));
    return found(id, jobs.prioritize(parse(id), priority));
  }

  static UUID parse(String id) {
    try {
      return UUID.fromString(id);
    } catch (IllegalArgumentException e) {
      throw unknown(id);
    }
  }

  static JobView found(String id, Optional<JobEntity> job) {
    return job.map(JobView::of).orElseThrow(() -> unknown(id));
  }

  private static RegistryException unknown(String id) {
    return new RegistryException(ErrorCode.NAME_UNKNOWN, "there is no job " + id);
  }
}

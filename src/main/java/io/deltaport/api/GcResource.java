package io.deltaport.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.annotation.JsonRawValue;
import io.deltaport.api.Views.JobView;
import io.deltaport.image.RegistryException;
import io.deltaport.image.gc.GcRequests;
import io.deltaport.job.JobEntity;
import io.deltaport.meta.gc.GcRuns.Run;
import io.deltaport.oci.ErrorCode;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestQuery;

/** Runs the garbage collection and shows what it did. */
@Path("/api/v1/gc")
@RunOnVirtualThread
public class GcResource {
  private final GcRequests requests;

  GcResource(GcRequests requests) {
    this.requests = requests;
  }

  /** How to run: a dry run changes nothing. */
  public record GcRequest(boolean dryRun) {}

  /** Runs, newest first. */
  public record GcPage(List<GcView> runs) {}

  /** A run; {@code report} is there once it has ended, and its fields are those of GcReport. */
  @JsonInclude(Include.NON_NULL)
  public record GcView(
      String id, boolean dryRun, Instant started, Instant ended, @JsonRawValue String report) {
    static GcView of(Run run) {
      return new GcView(
          run.id().toString(), run.dryRun(), run.started(), run.ended(), run.report());
    }
  }

  @GET
  @Operation(summary = "List the runs of the garbage collection, newest first")
  public GcPage list(@RestQuery Optional<String> n) {
    return new GcPage(requests.list(Parameters.pageSize(n)).stream().map(GcView::of).toList());
  }

  @GET
  @Path("/{id}")
  @Operation(summary = "Show one run and what it removed")
  public GcView get(String id) {
    try {
      return requests.find(UUID.fromString(id)).map(GcView::of).orElseThrow(() -> unknown(id));
    } catch (IllegalArgumentException e) {
      throw unknown(id);
    }
  }

  @POST
  @Operation(
      summary = "Run the garbage collection now",
      description = "202 with the job; the run has the same id")
  public Response start(GcRequest request) {
    JobEntity job = requests.start(request != null && request.dryRun());
    return Response.accepted(JobView.of(job))
        .type(MediaType.APPLICATION_JSON_TYPE)
        .header(HttpHeaders.LOCATION, "/api/v1/gc/" + job.id)
        .build();
  }

  private static RegistryException unknown(String id) {
    return new RegistryException(ErrorCode.NAME_UNKNOWN, "there is no run " + id);
  }
}

package io.deltaport.api;

import io.deltaport.api.ScrubViews.FindingPage;
import io.deltaport.api.ScrubViews.FindingView;
import io.deltaport.api.ScrubViews.RunPage;
import io.deltaport.api.ScrubViews.RunView;
import io.deltaport.api.ScrubViews.ScrubRequest;
import io.deltaport.image.RegistryException;
import io.deltaport.image.scrub.ScrubRequests;
import io.deltaport.meta.ScrubFindings.Finding;
import io.deltaport.meta.ScrubRuns.Run;
import io.deltaport.oci.ErrorCode;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestQuery;

/** Asks for passes of the scrub and tells what they found. */
@Path("/api/v1/scrub")
@RunOnVirtualThread
public class ScrubResource {
  private static final String NUMBER = "[0-9]{1,18}";

  private final ScrubRequests scrub;

  ScrubResource(ScrubRequests scrub) {
    this.scrub = scrub;
  }

  @POST
  @Operation(
      summary = "Ask for a pass over everything that is stored",
      description = "202 with the pass; the one that is on its way when there is one")
  public Response create(ScrubRequest request) {
    Long rate = request == null ? null : request.bytesPerSecond();
    if (rate != null && rate < 0) {
      throw Parameters.bad("bytesPerSecond must be 0 or more");
    }
    Run run = scrub.request(rate == null ? OptionalLong.empty() : OptionalLong.of(rate));
    return Response.accepted(RunView.of(run))
        .type(MediaType.APPLICATION_JSON_TYPE)
        .header(HttpHeaders.LOCATION, "/api/v1/scrub/" + run.id())
        .build();
  }

  @GET
  @Operation(summary = "List passes, newest first")
  public RunPage list(@RestQuery Optional<String> n, @RestQuery Optional<String> last) {
    int size = Parameters.pageSize(n);
    List<Run> found = scrub.runs(last.map(ScrubResource::marker).orElse(Long.MAX_VALUE), size + 1);
    List<Run> page = found.subList(0, Math.min(size, found.size()));
    String next = found.size() > size ? Long.toString(page.getLast().id()) : null;
    return new RunPage(page.stream().map(RunView::of).toList(), next);
  }

  @GET
  @Path("/{id}")
  @Operation(summary = "Show one pass")
  public RunView get(String id) {
    return RunView.of(run(id));
  }

  @GET
  @Path("/{id}/findings")
  @Operation(summary = "List what a pass found wrong, and what became of it")
  public FindingPage findings(
      String id, @RestQuery Optional<String> n, @RestQuery Optional<String> last) {
    return page(run(id).id(), n, last);
  }

  @GET
  @Path("/findings")
  @Operation(summary = "List everything that was ever found wrong, oldest first")
  public FindingPage allFindings(@RestQuery Optional<String> n, @RestQuery Optional<String> last) {
    return page(0, n, last);
  }

  private FindingPage page(long run, Optional<String> n, Optional<String> last) {
    int size = Parameters.pageSize(n);
    List<Finding> found = scrub.findings(run, last.map(ScrubResource::marker).orElse(0L), size + 1);
    List<Finding> page = found.subList(0, Math.min(size, found.size()));
    String next = found.size() > size ? Long.toString(page.getLast().id()) : null;
    return new FindingPage(page.stream().map(FindingView::of).toList(), next);
  }

  private Run run(String id) {
    Optional<Run> run = id.matches(NUMBER) ? scrub.find(Long.parseLong(id)) : Optional.empty();
    return run.orElseThrow(
        () -> new RegistryException(ErrorCode.NAME_UNKNOWN, "there is no scrub " + id));
  }

  private static long marker(String last) {
    if (!last.matches(NUMBER)) {
      throw Parameters.bad("last must be the next of an earlier page");
    }
    return Long.parseLong(last);
  }
}

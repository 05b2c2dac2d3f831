package io.deltaport.api;

import io.deltaport.api.Views.DeltaPage;
import io.deltaport.api.Views.DeltaRequest;
import io.deltaport.api.Views.DeltaView;
import io.deltaport.api.Views.JobView;
import io.deltaport.image.DeltaRequests;
import io.deltaport.image.DeltaRequests.Answer;
import io.deltaport.meta.Deltas.Listed;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestQuery;

/** Lists deltas and asks for new ones. */
@Path("/api/v1/deltas")
@RunOnVirtualThread
public class DeltaResource {
  private final DeltaRequests deltas;

  DeltaResource(DeltaRequests deltas) {
    this.deltas = deltas;
  }

  @GET
  @Operation(summary = "List published deltas, oldest first")
  public DeltaPage list(
      @RestQuery Optional<String> repository,
      @RestQuery Optional<String> n,
      @RestQuery Optional<String> last) {
    int size = Parameters.pageSize(n);
    if (!last.orElse("0").matches("[0-9]{1,18}")) {
      throw Parameters.bad("last must be the next of an earlier page");
    }
    List<Listed> found =
        deltas.list(Parameters.repository(repository), Long.parseLong(last.orElse("0")), size + 1);
    List<Listed> page = found.subList(0, Math.min(size, found.size()));
    String next = found.size() > size ? Long.toString(page.getLast().id()) : null;
    return new DeltaPage(page.stream().map(DeltaView::of).toList(), next);
  }

  @POST
  @Operation(
      summary = "Ask for the delta between two images",
      description = "200 with the delta when it is there, 202 with the job that makes it otherwise")
  public Response create(DeltaRequest request) throws IOException {
    if (request == null
        || request.repository() == null
        || request.from() == null
        || request.to() == null) {
      throw Parameters.bad("the body needs repository, from and to");
    }
    String repository = Parameters.repository(Optional.of(request.repository()));
    Answer answer = deltas.request(repository, request.from(), request.to());
    if (answer.delta() != null) {
      return Response.ok(DeltaView.of(answer.delta()), MediaType.APPLICATION_JSON_TYPE).build();
    }
    return Response.accepted(JobView.of(answer.job()))
        .type(MediaType.APPLICATION_JSON_TYPE)
        .header(HttpHeaders.LOCATION, "/api/v1/jobs/" + answer.job().id)
        .build();
  }
}

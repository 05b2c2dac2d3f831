package io.deltaport.api;

import io.deltaport.api.Views.DeltaPage;
import io.deltaport.api.Views.DeltaRequest;
import io.deltaport.api.Views.DeltaView;
import io.deltaport.api.Views.JobView;
import io.deltaport.delta.DeltaEffort;
import io.deltaport.image.DeltaRequests;
import io.deltaport.image.DeltaRequests.Answer;
import io.deltaport.image.StaticDeltaRequests;
import io.deltaport.job.JobEntity;
import io.deltaport.meta.Deltas;
import io.deltaport.meta.StaticDeltas;
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
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestQuery;

/** Lists deltas and asks for new ones. */
@Path("/api/v1/deltas")
@RunOnVirtualThread
public class DeltaResource {
  private final DeltaRequests deltas;
  private final StaticDeltaRequests staticDeltas;

  DeltaResource(DeltaRequests deltas, StaticDeltaRequests staticDeltas) {
    this.deltas = deltas;
    this.staticDeltas = staticDeltas;
  }

  @GET
  @Operation(
      summary = "List published deltas of a format, oldest first",
      description = "The format is oci-delta unless it is given; the other one is ostree")
  public DeltaPage list(
      @RestQuery Optional<String> repository,
      @RestQuery Optional<String> format,
      @RestQuery Optional<String> n,
      @RestQuery Optional<String> last) {
    int size = Parameters.pageSize(n);
    if (!last.orElse("0").matches("[0-9]{1,18}")) {
      throw Parameters.bad("last must be the next of an earlier page");
    }
    String name = Parameters.repository(repository);
    long after = Long.parseLong(last.orElse("0"));
    if (isStatic(format.orElse(DeltaRequests.FORMAT))) {
      return page(
          staticDeltas.list(name, after, size + 1), size, DeltaView::of, StaticDeltas.Listed::id);
    }
    return page(deltas.list(name, after, size + 1), size, DeltaView::of, Deltas.Listed::id);
  }

  private static <T> DeltaPage page(
      List<T> found, int size, Function<T, DeltaView> view, ToLongFunction<T> id) {
    List<T> page = found.subList(0, Math.min(size, found.size()));
    String next = found.size() > size ? Long.toString(id.applyAsLong(page.getLast())) : null;
    return new DeltaPage(page.stream().map(view).toList(), next);
  }

  private static boolean isStatic(String format) {
    return switch (format) {
      case StaticDeltaRequests.FORMAT -> true;
      case DeltaRequests.FORMAT -> false;
      default ->
          throw Parameters.bad(
              "format must be " + DeltaRequests.FORMAT + " or " + StaticDeltaRequests.FORMAT);
    };
  }

  @POST
  @Operation(
      summary = "Ask for the delta between two images",
      description =
          "200 with the delta when it is there, otherwise 202 with a job; ask again when that has"
              + " ended. The format is oci-delta unless it is given; for the other one, ostree,"
              + " commits are taken, too, and without from the delta starts from nothing. With an"
              + " effort (fast, default, max) a delta that was made with less is made again")
  public Response create(DeltaRequest request) throws IOException {
    if (request == null || request.repository() == null || request.to() == null) {
      throw Parameters.bad("the body needs repository and to");
    }
    String repository = Parameters.repository(Optional.of(request.repository()));
    String format = Optional.ofNullable(request.format()).orElse(DeltaRequests.FORMAT);
    Optional<DeltaEffort> effort = effort(request.effort());
    if (isStatic(format)) {
      StaticDeltaRequests.Answer answer =
          staticDeltas.request(
              repository, Optional.ofNullable(request.from()).orElse(""), request.to(), effort);
      return answer.delta() == null
          ? accepted(answer.job())
          : Response.ok(DeltaView.of(answer.delta()), MediaType.APPLICATION_JSON_TYPE).build();
    }
    if (request.from() == null) {
      throw Parameters.bad("the body needs from");
    }
    Answer answer = deltas.request(repository, request.from(), request.to(), effort);
    return answer.delta() == null
        ? accepted(answer.job())
        : Response.ok(DeltaView.of(answer.delta()), MediaType.APPLICATION_JSON_TYPE).build();
  }

  private static Optional<DeltaEffort> effort(String text) {
    if (text == null) {
      return Optional.empty();
    }
    return Optional.of(
        DeltaEffort.parse(text)
            .orElseThrow(() -> Parameters.bad("effort must be fast, default or max")));
  }

  private static Response accepted(JobEntity job) {
    return Response.accepted(JobView.of(job))
        .type(MediaType.APPLICATION_JSON_TYPE)
        .header(HttpHeaders.LOCATION, "/api/v1/jobs/" + job.id)
        .build();
  }
}

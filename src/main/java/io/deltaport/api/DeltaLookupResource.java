package io.deltaport.api;

import io.deltaport.api.Views.DeltaView;
import io.deltaport.image.DeltaRequests;
import io.deltaport.image.PublishedDeltas;
import io.deltaport.image.StaticDeltaRequests;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.io.IOException;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestQuery;

/** Tells of the delta between two releases when there is one, and makes none. */
@Path("/api/v1/deltas/between")
@RunOnVirtualThread
public class DeltaLookupResource {
  private final PublishedDeltas deltas;

  DeltaLookupResource(PublishedDeltas deltas) {
    this.deltas = deltas;
  }

  @GET
  @Operation(
      summary = "Show the published delta between two images",
      description =
          "Names are those that asking for a delta takes. 404 when there is none; nothing is made."
              + " The format is oci-delta unless it is given; for the other one, ostree, a delta"
              + " without from is one from nothing")
  public DeltaView find(
      @RestQuery Optional<String> repository,
      @RestQuery Optional<String> from,
      @RestQuery Optional<String> to,
      @RestQuery Optional<String> format)
      throws IOException {
    String name = Parameters.repository(repository);
    if (name.isEmpty() || to.isEmpty()) {
      throw Parameters.bad("the parameters repository and to are needed");
    }
    String source = from.orElse("");
    return switch (format.orElse(DeltaRequests.FORMAT)) {
      case StaticDeltaRequests.FORMAT -> DeltaView.of(deltas.staticDelta(name, source, to.get()));
      case DeltaRequests.FORMAT -> {
        if (source.isEmpty()) {
          throw Parameters.bad("the parameter from is needed");
        }
        yield DeltaView.of(deltas.ociDelta(name, source, to.get()));
      }
      default ->
          throw Parameters.bad(
              "format must be " + DeltaRequests.FORMAT + " or " + StaticDeltaRequests.FORMAT);
    };
  }
}

package io.deltaport.api;

import io.deltaport.api.UpdateViews.PlanView;
import io.deltaport.image.update.UpdatePlanner;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestQuery;

/** Tells which ways lead from one release to another. */
@Path("/api/v1/updates")
@RunOnVirtualThread
public class UpdateResource {
  private final UpdatePlanner planner;

  UpdateResource(UpdatePlanner planner) {
    this.planner = planner;
  }

  @GET
  @Operation(
      summary = "List every way from one image to another with its bytes, cheapest first",
      description =
          "from and to are tags, digests or config digests; without from the device has nothing."
              + " An index needs platform=os/architecture unless from tells it. Ways that are not"
              + " there yet come last, with what to post to have them made")
  public PlanView plan(
      @RestQuery Optional<String> repository,
      @RestQuery Optional<String> from,
      @RestQuery Optional<String> to,
      @RestQuery Optional<String> platform) {
    String name = Parameters.repository(repository);
    if (name.isEmpty() || to.isEmpty()) {
      throw Parameters.bad("the parameters repository and to are needed");
    }
    return PlanView.of(
        planner.plan(name, from.filter(text -> !text.isEmpty()), to.get(), platform));
  }
}

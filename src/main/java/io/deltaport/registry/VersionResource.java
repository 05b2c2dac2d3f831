package io.deltaport.registry;

import io.smallrye.common.annotation.NonBlocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** Tells clients that this is a registry. */
@Path("/v2")
public class VersionResource {

  @GET
  @Path("/")
  @Produces(MediaType.APPLICATION_JSON)
  @NonBlocking
  public String version() {
    return "{}";
  }
}

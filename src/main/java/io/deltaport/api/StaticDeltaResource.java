package io.deltaport.api;

import io.deltaport.api.Views.DeltaView;
import io.deltaport.http.StreamedAnswer;
import io.deltaport.image.RegistryException;
import io.deltaport.image.StaticDeltaRequests;
import io.deltaport.image.refs.StaticDeltaDownloads.Download;
import io.deltaport.oci.ErrorCode;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Single static deltas: what they are, their files, and their end. */
@Path(StaticDeltaResource.ROOT)
@RunOnVirtualThread
public class StaticDeltaResource {
  static final String ROOT = "/api/v1/deltas/ostree";
  private static final String NUMBER = "[0-9]{1,18}";

  private final StaticDeltaRequests deltas;
  private final boolean deletion;

  StaticDeltaResource(
      StaticDeltaRequests deltas, @ConfigProperty(name = "deltaport.deletion") boolean deletion) {
    this.deltas = deltas;
    this.deletion = deletion;
  }

  /** Returns the path of a delta. */
  static String path(long id) {
    return ROOT + "/" + id;
  }

  @GET
  @Path("/{id}")
  @Operation(summary = "Show one static delta")
  public DeltaView get(String id) {
    return deltas.find(number(id)).map(DeltaView::of).orElseThrow(() -> unknown(id));
  }

  @DELETE
  @Path("/{id}")
  @Operation(
      summary = "Delete a static delta",
      description = "No rule makes it again; who asks for it by name gets a new one")
  public Response delete(String id) {
    if (!deletion) {
      throw new RegistryException(ErrorCode.UNSUPPORTED, "deletion is switched off");
    }
    if (!deltas.delete(number(id))) {
      throw unknown(id);
    }
    return Response.noContent().build();
  }

  @GET
  @Path("/{id}/file")
  @Operation(
      summary = "Fetch a static delta as one file",
      description = "For ostree static-delta apply-offline and cfsctl ostree apply-delta")
  public Response file(String id) throws IOException {
    Download download = deltas.file(number(id)).orElseThrow(() -> unknown(id));
    return Response.ok(new StreamedAnswer(download.body()::write))
        .header(HttpHeaders.CONTENT_TYPE, "application/octet-stream")
        .header(HttpHeaders.CONTENT_LENGTH, download.lengthBytes())
        .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"" + id + ".delta\"")
        .build();
  }

  private static long number(String id) {
    if (!id.matches(NUMBER)) {
      throw unknown(id);
    }
    return Long.parseLong(id);
  }

  private static RegistryException unknown(String id) {
    return new RegistryException(ErrorCode.NAME_UNKNOWN, "there is no static delta " + id);
  }
}

package io.deltaport.wiring;

import io.deltaport.image.RegistryException;
import io.deltaport.oci.ErrorCode;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/**
 * Turns what went wrong into the error body of the OCI distribution specification, which the JSON
 * API shares. Thread-safe.
 */
public final class ErrorMappers {
  private static final Logger LOG = Logger.getLogger(ErrorMappers.class);

  /** The body: {@code {"errors":[{"code","message"}]}}. */
  public record Body(List<Item> errors) {}

  /** One error. */
  public record Item(String code, String message) {}

  /** Errors that the client is told about as they are. */
  @ServerExceptionMapper
  public Response map(RegistryException e) {
    return response(e.status(), e.code().name(), e.getMessage());
  }

  /** What JAX-RS itself refuses: no such path, no such method. */
  @ServerExceptionMapper
  public Response map(WebApplicationException e) {
    int status = e.getResponse().getStatus();
    return switch (status) {
      case 404 -> response(404, ErrorCode.NAME_UNKNOWN.name(), "there is nothing at this path");
      case 405 -> response(405, ErrorCode.UNSUPPORTED.name(), "this path has no such method");
      default -> response(status, ErrorCode.UNSUPPORTED.name(), "the request was refused");
    };
  }

  /** A body that broke off is the client's affair; any other input or output error is ours. */
  @ServerExceptionMapper
  public Response map(IOException e) {
    if (isDisconnect(e)) {
      LOG.debugf("A client went away: %s", e.getMessage());
      return response(400, ErrorCode.BLOB_UPLOAD_INVALID.name(), "the body ended early");
    }
    return unexpected(e);
  }

  /** Everything else is a fault of ours: the log has the whole story under a reference. */
  @ServerExceptionMapper
  public Response map(RuntimeException e) {
    return unexpected(e);
  }

  private static boolean isDisconnect(IOException e) {
    String name = e.getClass().getName();
    String message = String.valueOf(e.getMessage());
    return name.contains("Closed") || message.contains("closed") || message.contains("reset");
  }

  private static Response unexpected(Exception e) {
    UUID reference = UUID.randomUUID();
    LOG.errorf(e, "A request failed, reference %s", reference);
    return response(500, "UNKNOWN", "the server failed; its log has reference " + reference);
  }

  private static Response response(int status, String code, String message) {
    return Response.status(status)
        .type(MediaType.APPLICATION_JSON_TYPE)
        .entity(new Body(List.of(new Item(code, message))))
        .build();
  }
}

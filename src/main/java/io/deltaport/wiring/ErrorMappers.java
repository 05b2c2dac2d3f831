package io.deltaport.wiring;

import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import io.deltaport.http.ClientGoneException;
import io.deltaport.image.RegistryException;
import io.deltaport.image.cold.DamagedBlobException;
import io.deltaport.image.keys.KeysUnavailableException;
import io.deltaport.meta.DatabaseFullException;
import io.deltaport.meta.DatabaseUnavailableException;
import io.deltaport.oci.ErrorCode;
import io.deltaport.registry.SlowClientException;
import io.deltaport.store.driver.DiskFullException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
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

  /** No code of the specification fits; clients take any and show the message. */
  private static final String UNAVAILABLE = "UNAVAILABLE";

  /** PostgreSQL is back in about this time after a crash. */
  private static final int RETRY_AFTER_SECONDS = 3;

  /** The body: {@code {"errors":[{"code","message"}]}}. */
  public record Body(List<Item> errors) {}

  /** One error. */
  public record Item(String code, String message) {}

  /** Errors that the client is told about as they are. */
  @ServerExceptionMapper
  public Response map(RegistryException e) {
    Response response = response(e.status(), e.code().name(), e.getMessage());
    if (e.code() == ErrorCode.TOOMANYREQUESTS) {
      response.getHeaders().putSingle(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
    }
    return response;
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

  /** A JSON body of another shape than the API takes. */
  @ServerExceptionMapper
  public Response map(MismatchedInputException e) {
    return response(
        400, ErrorCode.UNSUPPORTED.name(), "the body is not the JSON that belongs here");
  }

  /** The database is away; it is looked after elsewhere, and the client may ask again soon. */
  @ServerExceptionMapper
  public Response map(DatabaseUnavailableException e) {
    LOG.debugf(e, "A request met no database");
    Response response = response(503, UNAVAILABLE, "the database does not answer; try again soon");
    response.getHeaders().putSingle(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
    return response;
  }

  /**
   * Nothing is served unsigned that should be signed; what is wrong is logged where it is found.
   */
  @ServerExceptionMapper
  public Response map(KeysUnavailableException e) {
    LOG.debugf(e, "A request met a key that cannot sign");
    return response(503, UNAVAILABLE, e.getMessage());
  }

  /** The database's disk is full; its own log line is written where that was found. */
  @ServerExceptionMapper
  public Response map(DatabaseFullException e) {
    return diskFull();
  }

  /** A body that broke off is the client's affair. */
  @ServerExceptionMapper
  public Response map(ClientGoneException e) {
    LOG.debugf("A client went away: %s", e.getCause());
    return response(400, ErrorCode.BLOB_UPLOAD_INVALID.name(), e.getMessage());
  }

  /** A client that hardly sends anything may resume from what is durable. */
  @ServerExceptionMapper
  public Response map(SlowClientException e) {
    LOG.debugf("A client is too slow: %s", e.getMessage());
    Response response = response(408, ErrorCode.BLOB_UPLOAD_INVALID.name(), e.getMessage());
    response.getHeaders().putSingle("Connection", "close");
    return response;
  }

  /** A blob turned out to be damaged before its first byte was sent: it is absent until a push. */
  @ServerExceptionMapper
  public Response map(DamagedBlobException e) {
    return response(404, ErrorCode.BLOB_UNKNOWN.name(), "the blob is damaged; push it again");
  }

  /** Any other input or output error is ours. */
  @ServerExceptionMapper
  public Response map(IOException e) {
    if (DiskFullException.isBehind(e)) {
      LOG.errorf("Nothing more can be stored: %s", e.getMessage());
      return diskFull();
    }
    return unexpected(e);
  }

  /** Everything else is a fault of ours: the log has the whole story under a reference. */
  @ServerExceptionMapper
  public Response map(RuntimeException e) {
    return unexpected(e);
  }

  private static Response diskFull() {
    return response(507, UNAVAILABLE, "the server has no space left to store this");
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

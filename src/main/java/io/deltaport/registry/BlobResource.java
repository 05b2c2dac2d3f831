package io.deltaport.registry;

import io.deltaport.image.BlobStore;
import io.deltaport.oci.Digest;
import io.deltaport.util.ByteRange;
import io.deltaport.util.ByteRanges;
import io.deltaport.util.Conditions;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.ResponseBuilder;
import jakarta.ws.rs.core.Response.Status;
import org.jboss.resteasy.reactive.PathPart;

/** Reads and deletes blobs; their bytes go out by sendfile, unless several parts are asked for. */
@Path("/v2")
@RunOnVirtualThread
public class BlobResource {
  private static final String BLOB = "/{name:.+}/blobs/{digest}";

  private final BlobStore blobs;
  private final Deletion deletion;

  BlobResource(BlobStore blobs, Deletion deletion) {
    this.blobs = blobs;
    this.deletion = deletion;
  }

  @GET
  @Path(BLOB)
  public Response get(String name, String digest, RoutingContext routing) {
    Digest parsed = Names.digest(digest);
    long size = blobs.size(Names.repository(name), parsed);
    Conditions conditions = Conditions.of(routing.request().headers()::getAll);
    String entityTag = Conditions.entityTag(parsed);
    return switch (conditions.judge(entityTag)) {
      case NOT_MODIFIED -> headers(Response.notModified(), parsed).build();
      case FAILED -> throw Names.preconditionFailed();
      case SEND -> send(parsed, conditions.ranges(entityTag, size));
    };
  }

  @HEAD
  @Path(BLOB)
  public Response head(String name, String digest, RoutingContext routing) {
    Digest parsed = Names.digest(digest);
    long size = blobs.size(Names.repository(name), parsed);
    Conditions conditions = Conditions.of(routing.request().headers()::getAll);
    return switch (conditions.judge(Conditions.entityTag(parsed))) {
      case NOT_MODIFIED -> headers(Response.notModified(), parsed).build();
      case FAILED -> throw Names.preconditionFailed();
      case SEND ->
          bytes(headers(Response.ok(), parsed)).header(HttpHeaders.CONTENT_LENGTH, size).build();
    };
  }

  @DELETE
  @Path(BLOB)
  public Response delete(String name, String digest) {
    deletion.check();
    blobs.delete(Names.repository(name), Names.digest(digest));
    return Response.accepted().build();
  }

  private Response send(Digest digest, ByteRanges ranges) {
    long size = ranges.size();
    return switch (ranges.kind()) {
      case WHOLE -> one(headers(Response.ok(), digest), digest, 0, size);
      case UNSATISFIABLE ->
          Response.status(Status.REQUESTED_RANGE_NOT_SATISFIABLE)
              .header("Content-Range", "bytes */" + size)
              .build();
      case PARTIAL -> parts(digest, ranges);
    };
  }

  private Response parts(Digest digest, ByteRanges ranges) {
    ResponseBuilder response = headers(Response.status(Status.PARTIAL_CONTENT), digest);
    if (ranges.parts().size() == 1) {
      ByteRange part = ranges.parts().getFirst();
      response.header("Content-Range", part.contentRange(ranges.size()));
      return one(response, digest, part.offset(), part.length());
    }
    MultipartRanges body = MultipartRanges.of(ranges);
    MultipartAnswer answer =
        new MultipartAnswer(body, part -> blobs.open(digest, part.offset(), part.length()));
    return response
        .header(HttpHeaders.CONTENT_TYPE, body.contentType())
        .header(HttpHeaders.CONTENT_LENGTH, body.length())
        .entity(answer)
        .build();
  }

  private Response one(ResponseBuilder response, Digest digest, long offset, long length) {
    bytes(response).header(HttpHeaders.CONTENT_LENGTH, length);
    return length == 0
        ? response.build()
        : response.entity(new PathPart(blobs.file(digest), offset, length)).build();
  }

  private static ResponseBuilder bytes(ResponseBuilder response) {
    return response.header(HttpHeaders.CONTENT_TYPE, "application/octet-stream");
  }

  private static ResponseBuilder headers(ResponseBuilder response, Digest digest) {
    return response
        .header("Docker-Content-Digest", digest)
        .header(HttpHeaders.ETAG, Conditions.entityTag(digest))
        .header("Accept-Ranges", "bytes");
  }
}

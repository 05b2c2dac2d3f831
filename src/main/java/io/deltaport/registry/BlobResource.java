package io.deltaport.registry;

import io.deltaport.http.StreamedAnswer;
import io.deltaport.image.BlobStore;
import io.deltaport.image.cold.BlobContent;
import io.deltaport.meta.Blobs.Stored;
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
import java.util.Optional;
import org.jboss.resteasy.reactive.PathPart;

/**
 * Reads and deletes blobs. Their bytes go out by sendfile, unless several parts are asked for or
 * the blob is being made again.
 */
@Path("/v2")
@RunOnVirtualThread
public class BlobResource {
  private static final String BLOB = "/{name:.+}/blobs/{digest}";

  private final BlobStore blobs;
  private final Deletion deletion;
  private final LocalCopies copies;

  BlobResource(BlobStore blobs, Deletion deletion, LocalCopies copies) {
    this.blobs = blobs;
    this.deletion = deletion;
    this.copies = copies;
  }

  @GET
  @Path(BLOB)
  public Response get(String name, String digest, RoutingContext routing) {
    Digest parsed = Names.digest(digest);
    String repository = Names.repository(name);
    Stored blob = blobs.find(repository, parsed);
    Conditions conditions = Conditions.of(routing.request().headers()::getAll);
    String entityTag = Conditions.entityTag(parsed);
    return switch (conditions.judge(entityTag)) {
      case NOT_MODIFIED -> headers(Response.notModified(), parsed).build();
      case FAILED -> throw Names.preconditionFailed();
      case SEND ->
          send(
              new Wanted(repository, parsed, blob),
              conditions.ranges(entityTag, blob.sizeBytes()),
              routing);
    };
  }

  @HEAD
  @Path(BLOB)
  public Response head(String name, String digest, RoutingContext routing) {
    Digest parsed = Names.digest(digest);
    long size = blobs.find(Names.repository(name), parsed).sizeBytes();
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

  /** A blob that somebody asked for. */
  private record Wanted(String repository, Digest digest, Stored blob) {}

  private Response send(Wanted wanted, ByteRanges ranges, RoutingContext routing) {
    long size = ranges.size();
    return switch (ranges.kind()) {
      case WHOLE -> whole(wanted, size, routing);
      case UNSATISFIABLE ->
          Response.status(Status.REQUESTED_RANGE_NOT_SATISFIABLE)
              .header("Content-Range", "bytes */" + size)
              .build();
      case PARTIAL -> parts(wanted, ranges, routing);
    };
  }

  private Response whole(Wanted wanted, long size, RoutingContext routing) {
    ByteRange all = new ByteRange(0, size);
    BlobContent content = size == 0 ? null : content(wanted, all);
    return one(headers(Response.ok(), wanted.digest()), content, all, routing);
  }

  private BlobContent content(Wanted wanted, ByteRange part) {
    return blobs.content(wanted.repository(), wanted.digest(), wanted.blob(), part);
  }

  private Response parts(Wanted wanted, ByteRanges ranges, RoutingContext routing) {
    ResponseBuilder response = headers(Response.status(Status.PARTIAL_CONTENT), wanted.digest());
    if (ranges.parts().size() == 1) {
      ByteRange part = ranges.parts().getFirst();
      response.header("Content-Range", part.contentRange(ranges.size()));
      return one(response, content(wanted, part), part, routing);
    }
    ByteRange all = new ByteRange(0, ranges.size());
    BlobContent content = content(wanted, all);
    if (!(content instanceof BlobContent.InFile)) {
      // Each part would be made by itself: who asks for many gets the whole, as the standard
      // allows.
      return one(headers(Response.ok(), wanted.digest()), content, all, routing);
    }
    MultipartRanges body = MultipartRanges.of(ranges);
    StreamedAnswer answer =
        new StreamedAnswer(
            out ->
                body.write(out, part -> blobs.open(wanted.digest(), part.offset(), part.length())));
    return response
        .header(HttpHeaders.CONTENT_TYPE, body.contentType())
        .header(HttpHeaders.CONTENT_LENGTH, body.length())
        .entity(answer)
        .build();
  }

  private Response one(
      ResponseBuilder response, BlobContent content, ByteRange part, RoutingContext routing) {
    bytes(response).header(HttpHeaders.CONTENT_LENGTH, part.length());
    if (part.length() == 0) {
      return response.build();
    }
    Object body =
        switch (content) {
          case BlobContent.InFile file -> ofFile(file.file(), part, routing);
          case BlobContent.Growing growing -> BlobBodies.follow(growing.blob(), part, routing);
          case BlobContent.Made made -> BlobBodies.copy(made.in(), routing);
        };
    return response.entity(body).build();
  }

  private Object ofFile(java.nio.file.Path file, ByteRange part, RoutingContext routing) {
    Optional<StreamedAnswer> copy = copies.offer(routing, file, part);
    return copy.isPresent() ? copy.get() : new PathPart(file, part.offset(), part.length());
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

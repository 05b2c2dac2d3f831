package io.deltaport.registry;

import io.deltaport.image.BlobStore;
import io.deltaport.oci.Digest;
import io.smallrye.common.annotation.RunOnVirtualThread;
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
import org.jboss.resteasy.reactive.RestHeader;

/** Reads and deletes blobs; their bytes go out by sendfile. */
@Path("/v2")
@RunOnVirtualThread
public class BlobResource {
  private static final String BLOB = "/{name:.+}/blobs/{digest}";

  private final BlobStore blobs;

  BlobResource(BlobStore blobs) {
    this.blobs = blobs;
  }

  @GET
  @Path(BLOB)
  public Response get(String name, String digest, @RestHeader("Range") Optional<String> range) {
    Digest parsed = Names.digest(digest);
    long size = blobs.size(Names.repository(name), parsed);
    ByteRange part = range.map(header -> ByteRange.parse(header, size)).orElse(ByteRange.all(size));
    if (part.unsatisfiable()) {
      return Response.status(Status.REQUESTED_RANGE_NOT_SATISFIABLE)
          .header("Content-Range", "bytes */" + size)
          .build();
    }
    PathPart body = new PathPart(blobs.file(parsed), part.offset(), part.length());
    ResponseBuilder response =
        headers(Response.status(part.whole() ? Status.OK : Status.PARTIAL_CONTENT), parsed)
            .header(HttpHeaders.CONTENT_LENGTH, part.length());
    if (!part.whole()) {
      response.header("Content-Range", part.contentRange());
    }
    return (part.length() == 0 ? response : response.entity(body)).build();
  }

  @HEAD
  @Path(BLOB)
  public Response head(String name, String digest) {
    Digest parsed = Names.digest(digest);
    long size = blobs.size(Names.repository(name), parsed);
    return headers(Response.ok(), parsed).header(HttpHeaders.CONTENT_LENGTH, size).build();
  }

  @DELETE
  @Path(BLOB)
  public Response delete(String name, String digest) {
    blobs.delete(Names.repository(name), Names.digest(digest));
    return Response.accepted().build();
  }

  private static ResponseBuilder headers(ResponseBuilder response, Digest digest) {
    return response
        .type("application/octet-stream")
        .header("Docker-Content-Digest", digest)
        .header(HttpHeaders.ETAG, "\"" + digest + "\"")
        .header("Accept-Ranges", "bytes");
  }
}

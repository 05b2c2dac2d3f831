package io.deltaport.registry;

import io.deltaport.image.BlobStore;
import io.deltaport.image.BlobUploads;
import io.deltaport.image.ContentRange;
import io.deltaport.image.RegistryException;
import io.deltaport.oci.Digest;
import io.deltaport.oci.ErrorCode;
import io.deltaport.oci.RepositoryName;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.ResponseBuilder;
import jakarta.ws.rs.core.Response.Status;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestQuery;

/** Receives blobs: whole, in chunks, or by mounting one that another repository has. */
@Path("/v2")
@RunOnVirtualThread
public class UploadResource {
  private static final String UPLOADS = "/{name:.+}/blobs/uploads";
  private static final String UPLOAD = UPLOADS + "/{session}";

  private final BlobUploads uploads;
  private final BlobStore blobs;
  private final RequestBodies bodies;

  UploadResource(BlobUploads uploads, BlobStore blobs, RequestBodies bodies) {
    this.uploads = uploads;
    this.blobs = blobs;
    this.bodies = bodies;
  }

  @POST
  @Path(UPLOADS)
  public Response begin(
      String name,
      @RestQuery Optional<String> digest,
      @RestQuery Optional<String> mount,
      @RestQuery Optional<String> from,
      @RestQuery("digest-algorithm") Optional<String> algorithm,
      RoutingContext routing)
      throws IOException {
    String repository = Names.repository(name);
    String hash = Names.algorithm(algorithm);
    if (mount.isPresent()) {
      Digest wanted = Names.digest(mount.get());
      if (mounted(repository, from, wanted)) {
        return created(repository, wanted);
      }
    } else if (digest.isPresent()) {
      Digest expected = Names.digest(digest.get());
      try (RequestBody body = bodies.open(routing)) {
        uploads.receive(repository, body, expected);
      }
      return created(repository, expected);
    }
    UUID session = uploads.begin(repository, hash);
    return accepted(repository, session, 0).header("OCI-Chunk-Min-Length", 1).build();
  }

  @GET
  @Path(UPLOAD)
  public Response status(String name, String session) {
    String repository = Names.repository(name);
    UUID id = Names.upload(session);
    return progress(Response.noContent(), repository, id, uploads.offset(repository, id)).build();
  }

  @PATCH
  @Path(UPLOAD)
  public Response append(
      String name,
      String session,
      @RestHeader("Content-Range") Optional<String> range,
      @RestHeader("Content-Length") Optional<Long> length,
      RoutingContext routing)
      throws IOException {
    String repository = Names.repository(name);
    UUID id = Names.upload(session);
    Optional<ContentRange> place = place(range, length);
    try (RequestBody body = bodies.open(routing)) {
      long offset = uploads.append(repository, id, place, body);
      return accepted(repository, id, offset).build();
    }
  }

  @PUT
  @Path(UPLOAD)
  public Response finish(
      String name,
      String session,
      @RestQuery String digest,
      @RestHeader("Content-Range") Optional<String> range,
      @RestHeader("Content-Length") Optional<Long> length,
      RoutingContext routing)
      throws IOException {
    String repository = Names.repository(name);
    UUID id = Names.upload(session);
    Digest expected = Names.digest(digest);
    Optional<ContentRange> place =
        length.orElse(-1L) == 0 ? Optional.empty() : place(range, length);
    try (RequestBody body = bodies.open(routing)) {
      uploads.finish(repository, id, place, body, expected);
    }
    return created(repository, expected);
  }

  @DELETE
  @Path(UPLOAD)
  public Response cancel(String name, String session) throws IOException {
    uploads.cancel(Names.repository(name), Names.upload(session));
    return Response.noContent().build();
  }

  private boolean mounted(String repository, Optional<String> from, Digest digest) {
    return from.map(RepositoryName::isValid).orElse(true) && blobs.mount(repository, from, digest);
  }

  private static Optional<ContentRange> place(Optional<String> range, Optional<Long> length) {
    Optional<ContentRange> place = range.map(ContentRange::parse);
    if (place.isPresent() && length.isPresent() && place.get().length() != length.get()) {
      throw new RegistryException(
          ErrorCode.SIZE_INVALID,
          "Content-Range announces "
              + place.get().length()
              + " bytes but Content-Length "
              + length.get());
    }
    return place;
  }

  private static ResponseBuilder accepted(String repository, UUID session, long offset) {
    return progress(Response.accepted(), repository, session, offset);
  }

  private static ResponseBuilder progress(
      ResponseBuilder response, String repository, UUID session, long offset) {
    return response
        .header(HttpHeaders.LOCATION, "/v2/" + repository + "/blobs/uploads/" + session)
        .header("Docker-Upload-UUID", session)
        .header("Range", "0-" + Math.max(0, offset - 1));
  }

  private static Response created(String repository, Digest digest) {
    return Response.status(Status.CREATED)
        .header(HttpHeaders.LOCATION, "/v2/" + repository + "/blobs/" + digest)
        .header("Docker-Content-Digest", digest)
        .build();
  }
}

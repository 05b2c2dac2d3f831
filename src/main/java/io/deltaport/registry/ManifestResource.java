package io.deltaport.registry;

import io.deltaport.image.ManifestPush;
import io.deltaport.image.ManifestReceiver;
import io.deltaport.image.ManifestReceiver.Received;
import io.deltaport.image.ManifestStore;
import io.deltaport.image.gc.PullRecords;
import io.deltaport.meta.ManifestEntity;
import io.deltaport.oci.OciParser;
import io.deltaport.util.Conditions;
import io.quarkus.virtual.threads.VirtualThreads;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.ResponseBuilder;
import jakarta.ws.rs.core.Response.Status;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestQuery;

/** Pushes, pulls and deletes manifests by tag and by digest; their bytes stay as they came. */
@Path("/v2")
public class ManifestResource {
  private static final String MANIFEST = "/{name:.+}/manifests/{reference}";

  private final ManifestStore manifests;
  private final ManifestReceiver receiver;
  private final RequestBodies bodies;
  private final PullRecords pulls;
  private final ManifestMemory memory;
  private final Deletion deletion;
  private final ExecutorService virtualThreads;

  ManifestResource(
      ManifestStore manifests,
      ManifestReceiver receiver,
      RequestBodies bodies,
      PullRecords pulls,
      ManifestMemory memory,
      Deletion deletion,
      @VirtualThreads ExecutorService virtualThreads) {
    this.manifests = manifests;
    this.receiver = receiver;
    this.bodies = bodies;
    this.pulls = pulls;
    this.memory = memory;
    this.deletion = deletion;
    this.virtualThreads = virtualThreads;
  }

  @GET
  @Path(MANIFEST)
  @NonBlocking
  public Uni<Response> get(String name, String reference, RoutingContext routing) {
    return find(
            manifests.cached(name, reference),
            () -> manifests.get(Names.repository(name), reference))
        .invoke(manifest -> pulls.pulled(name, manifest.digest))
        .map(manifest -> answer(manifest, routing, ok -> ok.entity(manifest.content)));
  }

  @HEAD
  @Path(MANIFEST)
  @NonBlocking
  public Uni<Response> head(String name, String reference, RoutingContext routing) {
    return find(
            manifests.cachedLeased(name, reference),
            () -> manifests.getLeased(Names.repository(name), reference))
        .map(
            manifest ->
                answer(
                    manifest,
                    routing,
                    ok -> ok.header(HttpHeaders.CONTENT_LENGTH, manifest.content.length)));
  }

  /** Answers from memory at once, and otherwise asks the database on a virtual thread. */
  private Uni<ManifestEntity> find(
      Optional<ManifestEntity> known, Supplier<ManifestEntity> otherwise) {
    return known
        .map(manifest -> Uni.createFrom().item(manifest))
        .orElseGet(() -> Uni.createFrom().item(otherwise).runSubscriptionOn(virtualThreads));
  }

  @PUT
  @Path(MANIFEST)
  @RunOnVirtualThread
  public Response put(
      String name,
      String reference,
      @RestQuery List<String> tag,
      @RestHeader(HttpHeaders.CONTENT_TYPE) String contentType,
      RoutingContext routing)
      throws IOException {
    String repository = Names.repository(name);
    Received received;
    try (ManifestMemory.Share share = memory.share();
        RequestBody body = bodies.open(routing)) {
      byte[] content = share.read(body, OciParser.MANIFEST_BYTES_MAX + 1);
      received =
          receiver.receive(
              ManifestPush.to(repository, reference, tag, withoutParameters(contentType), content));
    }
    ResponseBuilder response =
        Response.status(Status.CREATED)
            .header(HttpHeaders.LOCATION, "/v2/" + repository + "/manifests/" + received.digest())
            .header("Docker-Content-Digest", received.digest());
    received.subject().ifPresent(subject -> response.header("OCI-Subject", subject));
    if (ManifestPush.isByDigest(reference)) {
      received.tags().forEach(each -> response.header("OCI-Tag", each));
    }
    return response.build();
  }

  @DELETE
  @Path(MANIFEST)
  @RunOnVirtualThread
  public Response delete(String name, String reference) {
    deletion.check();
    manifests.delete(Names.repository(name), reference);
    return Response.accepted().build();
  }

  private static String withoutParameters(String contentType) {
    if (contentType == null) {
      return null;
    }
    int end = contentType.indexOf(';');
    return (end < 0 ? contentType : contentType.substring(0, end)).trim();
  }

  private static Response answer(
      ManifestEntity manifest, RoutingContext routing, UnaryOperator<ResponseBuilder> body) {
    String entityTag = Conditions.entityTag(manifest.digest);
    return switch (Conditions.of(routing.request().headers()::getAll).judge(entityTag)) {
      case NOT_MODIFIED -> headers(Response.notModified(), manifest, entityTag).build();
      case FAILED -> throw Names.preconditionFailed();
      case SEND ->
          body.apply(
                  headers(Response.ok(), manifest, entityTag)
                      .header(HttpHeaders.CONTENT_TYPE, manifest.mediaType))
              .build();
    };
  }

  private static ResponseBuilder headers(
      ResponseBuilder response, ManifestEntity manifest, String entityTag) {
    return response
        .header("Docker-Content-Digest", manifest.digest)
        .header(HttpHeaders.ETAG, entityTag);
  }
}

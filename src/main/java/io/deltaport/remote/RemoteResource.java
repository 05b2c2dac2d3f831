package io.deltaport.remote;

import io.deltaport.image.RegistryException;
import io.deltaport.image.remote.Archives;
import io.deltaport.image.remote.RemoteFile;
import io.deltaport.oci.ErrorCode;
import io.deltaport.remote.RemoteMetrics.Kind;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.util.Optional;

/**
 * Every repository of images as an OSTree remote in the mode {@code archive}. Most requests for
 * objects are answered by {@link ReadyObjects} before they come here.
 */
@Path("/ostree")
public class RemoteResource {
  private static final String FILE = "/{path:.+}";

  private final Archives archives;
  private final RemoteMetrics metrics;

  RemoteResource(Archives archives, RemoteMetrics metrics) {
    this.archives = archives;
    this.metrics = metrics;
  }

  private record Found(RemoteFile file, Kind kind, boolean fixed) {}

  @GET
  @Path(FILE)
  @RunOnVirtualThread
  public Response get(String path, RoutingContext routing) throws IOException {
    Found found = find(path);
    RemoteAnswer answer = RemoteAnswer.to(routing, found.file(), found.fixed());
    Response response = answer.withBody();
    metrics.sent(found.kind(), answer.length());
    return response;
  }

  @HEAD
  @Path(FILE)
  @RunOnVirtualThread
  public Response head(String path, RoutingContext routing) throws IOException {
    Found found = find(path);
    return RemoteAnswer.to(routing, found.file(), found.fixed()).withoutBody();
  }

  private Found find(String path) throws IOException {
    for (RemotePath reading : RemotePath.parse(path)) {
      Optional<Found> found = find(reading);
      if (found.isPresent()) {
        return found.get();
      }
    }
    throw new RegistryException(ErrorCode.NAME_UNKNOWN, "there is nothing at this path");
  }

  private Optional<Found> find(RemotePath path) throws IOException {
    String repository = path.repository();
    return switch (path.item()) {
      case RemotePath.Fixed.CONFIG -> meta(archives.config(repository));
      case RemotePath.Fixed.SUMMARY -> meta(archives.summary(repository));
      case RemotePath.Fixed.SUMMARY_SIGNATURE -> meta(archives.summarySignature(repository));
      case RemotePath.Ref ref -> meta(archives.ref(repository, ref.name()));
      case RemotePath.Fixed.SUMMARY_INDEX -> meta(archives.summaryIndex(repository));
      case RemotePath.Fixed.SUMMARY_INDEX_SIGNATURE ->
          meta(archives.summaryIndexSignature(repository));
      case RemotePath.SummaryFile file -> summary(repository, file.name());
      case RemotePath.CollectionRef ref ->
          meta(archives.collectionRef(repository, ref.collection(), ref.name()));
      case RemotePath.ObjectFile file ->
          archives
              .object(repository, file.object())
              .map(object -> new Found(object, Kind.OBJECTS, true));
      case RemotePath.CommitMeta commit -> meta(archives.commitMeta(repository, commit.commit()));
      case RemotePath.DeltaFile delta ->
          archives
              .deltaFile(repository, delta.delta(), delta.number())
              .map(file -> new Found(file, Kind.DELTAS, delta.number() > 0));
      case RemotePath.DeltaIndex index -> meta(archives.deltaIndex(repository, index.target()));
    };
  }

  private Optional<Found> summary(String repository, String name) {
    // A signature is named by what it signs: with other keys it is another one.
    boolean fixed = name.endsWith(".gz");
    return archives.summaryFile(repository, name).map(file -> new Found(file, Kind.META, fixed));
  }

  private static Optional<Found> meta(Optional<RemoteFile> file) {
    return file.map(each -> new Found(each, Kind.META, false));
  }
}

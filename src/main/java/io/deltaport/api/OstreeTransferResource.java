package io.deltaport.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.deltaport.http.StreamedAnswer;
import io.deltaport.image.RegistryException;
import io.deltaport.image.transfer.CommitReceiver;
import io.deltaport.image.transfer.HeldObjects;
import io.deltaport.image.transfer.ObjectReceiver;
import io.deltaport.image.transfer.ObjectSender;
import io.deltaport.image.transfer.RefChanges;
import io.deltaport.image.transfer.TransferLimits;
import io.deltaport.meta.ImportedRefs.Change;
import io.deltaport.meta.ImportedRefs.Ref;
import io.deltaport.oci.ErrorCode;
import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.ObjectName;
import io.deltaport.ostree.ObjectType;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestQuery;

/**
 * Moves OSTree commits in and out: objects first, then commits, then refs. Bodies of objects are
 * streams as in docs/formats/object-stream.md.
 */
@Path("/api/v1/ostree")
@RunOnVirtualThread
public class OstreeTransferResource {
  /** Longest list of names or refs, with room for spaces. */
  private static final int JSON_BYTES_MAX = 2 << 20;

  private final HeldObjects held;
  private final ObjectReceiver objects;
  private final CommitReceiver commits;
  private final ObjectSender sender;
  private final RefChanges refs;
  private final ObjectMapper mapper;

  OstreeTransferResource(
      HeldObjects held,
      ObjectReceiver objects,
      CommitReceiver commits,
      ObjectSender sender,
      RefChanges refs,
      ObjectMapper mapper) {
    this.held = held;
    this.objects = objects;
    this.commits = commits;
    this.sender = sender;
    this.refs = refs;
    this.mapper = mapper;
  }

  /** Names of objects, such as {@code <64 digits>.dirtree}. */
  public record NameList(List<String> objects) {}

  /** How many objects came. */
  public record ReceivedView(int objects) {}

  /** A commit that is recorded. */
  public record CommitView(String commit) {}

  /** Refs by name; {@code next} is the value of {@code last} for the page after this. */
  public record RefPage(List<RefView> refs, String next) {}

  /** A ref; one that follows a tag moves with it alone. */
  public record RefView(String name, String commit, boolean followsTag) {
    static RefView of(Ref ref) {
      return new RefView(ref.name(), ref.commit().hex(), ref.followsTag());
    }
  }

  /** Changes that are made all or not at all. */
  public record RefRequest(List<RefChange> refs) {}

  /** From where a ref moves and whereto; null stands for a ref that is not there. */
  public record RefChange(String name, String from, String to) {}

  /** How many commits before a ref's own stay; null for all. */
  public record HistoryRequest(Integer commits) {}

  @POST
  @Path("/{repository:.+}/missing")
  @Operation(summary = "Say which of these objects have to be sent to the repository")
  public NameList missing(String repository, InputStream body) throws IOException {
    String name = repository(repository);
    List<ObjectName> asked = names(read(body, NameList.class));
    return new NameList(held.missing(name, asked).stream().map(ObjectName::toString).toList());
  }

  @POST
  @Path("/{repository:.+}/objects")
  @Consumes(MediaType.APPLICATION_OCTET_STREAM)
  @Operation(summary = "Send files, dirtrees and dirmetas", description = "a stream of objects")
  public ReceivedView send(String repository, InputStream body) throws IOException {
    return new ReceivedView(objects.receive(repository(repository), body));
  }

  @POST
  @Path("/{repository:.+}/commits")
  @Consumes(MediaType.APPLICATION_OCTET_STREAM)
  @Operation(
      summary = "Record a commit whose objects were sent",
      description = "a stream of the commit and perhaps its detached metadata")
  public CommitView commit(String repository, InputStream body) throws IOException {
    return new CommitView(commits.receive(repository(repository), body).hex());
  }

  @GET
  @Path("/{repository:.+}/commits/{commit}")
  @Operation(summary = "Get a commit and its detached metadata as a stream of objects")
  public Response commit(String repository, String commit) {
    return stream(sender.commit(repository(repository), checksum(commit)));
  }

  @POST
  @Path("/{repository:.+}/commits/{commit}/objects")
  @Operation(summary = "Get some objects of a commit's tree as a stream of objects")
  public Response objects(String repository, String commit, InputStream body) throws IOException {
    String name = repository(repository);
    Checksum checksum = checksum(commit);
    return stream(sender.objects(name, checksum, names(read(body, NameList.class))));
  }

  @GET
  @Path("/{repository:.+}/refs")
  @Operation(summary = "List the OSTree refs of a repository")
  public RefPage refs(
      String repository, @RestQuery Optional<String> n, @RestQuery Optional<String> last) {
    int size = Parameters.pageSize(n);
    List<Ref> found = refs.list(repository(repository), last.orElse(""), size + 1);
    List<Ref> page = found.subList(0, Math.min(size, found.size()));
    return new RefPage(
        page.stream().map(RefView::of).toList(),
        found.size() > size ? page.getLast().name() : null);
  }

  @PUT
  @Path("/{repository:.+}/refs")
  @Operation(summary = "Move, make and remove refs that follow no tag, all or none of them")
  public RefRequest change(String repository, InputStream body) throws IOException {
    String name = repository(repository);
    RefRequest request = read(body, RefRequest.class);
    if (request.refs() == null || request.refs().size() > TransferLimits.REFS_MAX) {
      throw Parameters.bad("refs is a list of at most " + TransferLimits.REFS_MAX);
    }
    List<Change> changes = new ArrayList<>();
    for (RefChange change : request.refs()) {
      if (change == null || change.name() == null) {
        throw Parameters.bad("each of the refs has a name");
      }
      changes.add(new Change(change.name(), optional(change.from()), optional(change.to())));
    }
    if (changes.stream().map(Change::name).distinct().count() < changes.size()) {
      throw Parameters.bad("a ref stands twice among the changes");
    }
    refs.apply(name, changes);
    return request;
  }

  @PUT
  @Path("/{repository:.+}/history")
  @Operation(summary = "Say how many commits before a ref's own stay")
  public HistoryRequest history(String repository, InputStream body) throws IOException {
    HistoryRequest request = read(body, HistoryRequest.class);
    if (request.commits() != null && request.commits() < 0) {
      throw Parameters.bad("commits is a whole number from 0 up, or null");
    }
    refs.keepHistory(repository(repository), request.commits());
    return request;
  }

  private <T> T read(InputStream body, Class<T> type) throws IOException {
    byte[] bytes = body.readNBytes(JSON_BYTES_MAX + 1);
    if (bytes.length > JSON_BYTES_MAX) {
      throw Parameters.bad("the body has more than " + JSON_BYTES_MAX + " bytes");
    }
    try {
      T value = mapper.readValue(bytes, type);
      if (value != null) {
        return value;
      }
    } catch (JsonProcessingException e) {
      // Falls through: what Jackson says names our classes.
    }
    throw Parameters.bad("the body is not the JSON that belongs here");
  }

  private static List<ObjectName> names(NameList list) {
    if (list.objects() == null || list.objects().size() > TransferLimits.NAMES_MAX) {
      throw Parameters.bad("objects is a list of at most " + TransferLimits.NAMES_MAX);
    }
    List<ObjectName> names = new ArrayList<>();
    for (String text : list.objects()) {
      names.add(
          Optional.ofNullable(text)
              .flatMap(ObjectName::tryParse)
              .filter(name -> name.type() != ObjectType.COMMITMETA)
              .orElseThrow(
                  () -> Parameters.bad("an object is named by 64 digits, a dot and its type")));
    }
    return names;
  }

  private static Checksum optional(String hex) {
    return hex == null ? null : checksum(hex);
  }

  private static Checksum checksum(String hex) {
    return ObjectName.tryParse(hex + ".commit")
        .map(ObjectName::checksum)
        .orElseThrow(
            () ->
                new RegistryException(
                    ErrorCode.DIGEST_INVALID, "a commit is named by 64 hexadecimal digits"));
  }

  private static String repository(String name) {
    return Parameters.repository(Optional.of(name));
  }

  private static Response stream(ObjectSender.Answer answer) {
    return Response.ok(new StreamedAnswer(answer::writeTo), MediaType.APPLICATION_OCTET_STREAM_TYPE)
        .build();
  }
}

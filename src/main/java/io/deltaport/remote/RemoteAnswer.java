package io.deltaport.remote;

import io.deltaport.image.RegistryException;
import io.deltaport.image.remote.RemoteFile;
import io.deltaport.oci.ErrorCode;
import io.deltaport.util.ByteRange;
import io.deltaport.util.ByteRanges;
import io.deltaport.util.Conditions;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.ResponseBuilder;
import jakarta.ws.rs.core.Response.Status;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.util.Arrays;
import java.util.function.BiConsumer;
import org.jboss.resteasy.reactive.PathPart;

/**
 * The answer to a request for a file: all of it, one range, or that it did not change. Several
 * ranges at once, which no OSTree client asks for, get the whole file.
 */
final class RemoteAnswer {
  /** What is named by its content may be kept for ever by everyone on the way: a year says so. */
  private static final String IMMUTABLE = "public, max-age=31536000, immutable";

  /** Everything else is asked for each time, which costs nobody more than a few bytes. */
  private static final String REVALIDATE = "no-cache";

  static final String CONTENT_TYPE = "application/octet-stream";

  /** Files up to this many bytes are sent out of memory, which is faster than sendfile. */
  static final int MEMORY_BYTES_MAX = 64 << 10;

  private final RemoteFile file;
  private final ResponseBuilder response;
  private final long offset;
  private final long length;

  private RemoteAnswer(RemoteFile file, ResponseBuilder response, long offset, long length) {
    this.file = file;
    this.response = response;
    this.offset = offset;
    this.length = length;
  }

  static RemoteAnswer to(RoutingContext routing, RemoteFile file, boolean immutable) {
    Conditions conditions = Conditions.of(routing.request().headers()::getAll);
    String tag = Conditions.entityTag(file.tag());
    return switch (conditions.judge(tag)) {
      case NOT_MODIFIED -> of(file, Response.notModified(), immutable, 0, 0);
      case FAILED ->
          throw new RegistryException(
              ErrorCode.UNSUPPORTED, 412, "the content is another one than If-Match names");
      case SEND -> ranges(file, conditions.ranges(tag, file.length()), immutable);
    };
  }

  private static RemoteAnswer ranges(RemoteFile file, ByteRanges ranges, boolean immutable) {
    if (ranges.kind() == ByteRanges.Kind.UNSATISFIABLE) {
      ResponseBuilder response =
          Response.status(Status.REQUESTED_RANGE_NOT_SATISFIABLE)
              .header("Content-Range", "bytes */" + file.length());
      return new RemoteAnswer(file, response, 0, 0);
    }
    if (ranges.kind() == ByteRanges.Kind.PARTIAL && ranges.parts().size() == 1) {
      ByteRange part = ranges.parts().getFirst();
      ResponseBuilder response =
          Response.status(Status.PARTIAL_CONTENT)
              .header("Content-Range", part.contentRange(file.length()));
      return of(file, response, immutable, part.offset(), part.length());
    }
    return of(file, Response.ok(), immutable, 0, file.length());
  }

  private static RemoteAnswer of(
      RemoteFile file, ResponseBuilder response, boolean immutable, long offset, long length) {
    headers(file, immutable, response::header);
    return new RemoteAnswer(file, response, offset, length);
  }

  /** Names what every answer with, or about, a file has. */
  static void headers(RemoteFile file, boolean immutable, BiConsumer<String, String> header) {
    header.accept(HttpHeaders.ETAG, Conditions.entityTag(file.tag()));
    header.accept(HttpHeaders.CACHE_CONTROL, immutable ? IMMUTABLE : REVALIDATE);
    header.accept("Accept-Ranges", "bytes");
  }

  /** Returns how many bytes the body has. */
  long length() {
    return length;
  }

  Response withoutBody() {
    return length == 0 ? response.build() : typed().build();
  }

  Response withBody() throws IOException {
    return length == 0 ? response.build() : typed().entity(entity()).build();
  }

  private ResponseBuilder typed() {
    return response
        .header(HttpHeaders.CONTENT_TYPE, CONTENT_TYPE)
        .header(HttpHeaders.CONTENT_LENGTH, length);
  }

  private Object entity() throws IOException {
    return switch (file) {
      case RemoteFile.Bytes bytes ->
          length == bytes.length()
              ? bytes.content()
              : Arrays.copyOfRange(bytes.content(), (int) offset, (int) (offset + length));
      case RemoteFile.Stored stored ->
          length <= MEMORY_BYTES_MAX
              ? read(stored, offset, length)
              : new PathPart(stored.path(), offset, length);
    };
  }

  /** Returns a part of a file that is short enough for memory. */
  static byte[] read(RemoteFile.Stored file, long offset, long length) throws IOException {
    byte[] bytes = new byte[(int) length];
    try (RandomAccessFile in = new RandomAccessFile(file.path().toFile(), "r")) {
      in.seek(offset);
      in.readFully(bytes);
    }
    return bytes;
  }
}

package io.deltaport.http;

import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.Provider;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.concurrent.CompletionException;
import org.jboss.resteasy.reactive.server.core.ResteasyReactiveRequestContext;
import org.jboss.resteasy.reactive.server.core.ServerSerialisers;
import org.jboss.resteasy.reactive.server.spi.ResteasyReactiveResourceInfo;
import org.jboss.resteasy.reactive.server.spi.ServerHttpResponse;
import org.jboss.resteasy.reactive.server.spi.ServerMessageBodyWriter;
import org.jboss.resteasy.reactive.server.spi.ServerRequestContext;

/**
 * Sends a body as fast as the client takes it: one piece is under way at a time, so that a slow
 * client costs one buffer. The framework's own stream takes bytes on virtual threads without end
 * and keeps them in memory until the client has them. Thread-safe.
 */
@Provider
public final class StreamedAnswerWriter implements ServerMessageBodyWriter<StreamedAnswer> {
  /** Small pieces are gathered: each one that is sent costs a turn of the event loop. */
  private static final int BUFFER_BYTES = 32 << 10;

  @Override
  public boolean isWriteable(
      Class<?> type, Type generic, ResteasyReactiveResourceInfo target, MediaType mediaType) {
    return type == StreamedAnswer.class;
  }

  @Override
  public boolean isWriteable(
      Class<?> type, Type generic, Annotation[] annotations, MediaType mediaType) {
    return type == StreamedAnswer.class;
  }

  @Override
  public void writeResponse(StreamedAnswer answer, Type generic, ServerRequestContext context)
      throws IOException {
    ResteasyReactiveRequestContext request = (ResteasyReactiveRequestContext) context;
    // Writing to the response itself, unlike its stream, does not send the headers first.
    ServerSerialisers.encodeResponseHeaders(request);
    ServerHttpResponse response = context.serverResponse();
    if (response.getResponseHeader(HttpHeaders.CONTENT_LENGTH) == null) {
      response.setChunked(true);
    }
    try {
      OutputStream out = new BufferedOutputStream(new Awaited(response), BUFFER_BYTES);
      answer.body().write(out);
      out.flush();
    } catch (ClientGoneException e) {
      // Nobody is there who could be told.
      return;
    } catch (IOException e) {
      // The status is out already: only a broken connection says that the body is not whole.
      request.unwrap(RoutingContext.class).response().reset();
      throw e;
    }
    response.end();
  }

  @Override
  public void writeTo(
      StreamedAnswer answer,
      Class<?> type,
      Type generic,
      Annotation[] annotations,
      MediaType mediaType,
      MultivaluedMap<String, Object> headers,
      OutputStream out) {
    throw new UnsupportedOperationException("the server writes with writeResponse");
  }

  /** Writes to the connection and waits until the network has the bytes. */
  private static final class Awaited extends OutputStream {
    private final ServerHttpResponse response;

    Awaited(ServerHttpResponse response) {
      this.response = response;
    }

    @Override
    public void write(int one) throws IOException {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      try {
        boolean whole = offset == 0 && length == bytes.length;
        response
            .write(whole ? bytes : Arrays.copyOfRange(bytes, offset, offset + length))
            .toCompletableFuture()
            .join();
      } catch (CompletionException e) {
        throw new ClientGoneException(e.getCause());
      }
    }
  }
}

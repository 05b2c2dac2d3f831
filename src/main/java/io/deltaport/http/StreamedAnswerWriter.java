package io.deltaport.http;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.Provider;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import org.jboss.resteasy.reactive.server.core.ResteasyReactiveRequestContext;
import org.jboss.resteasy.reactive.server.core.ServerSerialisers;
import org.jboss.resteasy.reactive.server.spi.ResteasyReactiveResourceInfo;
import org.jboss.resteasy.reactive.server.spi.ServerHttpResponse;
import org.jboss.resteasy.reactive.server.spi.ServerMessageBodyWriter;
import org.jboss.resteasy.reactive.server.spi.ServerRequestContext;

/**
 * Sends a body as fast as the client takes it, so that a slow client costs some small buffers. The
 * framework's own stream takes bytes on virtual threads without end and keeps them in memory until
 * the client has them. Thread-safe.
 */
@Provider
public final class StreamedAnswerWriter implements ServerMessageBodyWriter<StreamedAnswer> {
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
    HttpServerResponse connection = request.unwrap(RoutingContext.class).response();
    AnswerOutput out = new AnswerOutput(connection, Vertx.currentContext());
    try {
      answer.body().write(out);
      out.finish();
    } catch (ClientGoneException e) {
      // Nobody is there who could be told.
      return;
    } catch (IOException e) {
      if (connection.headWritten()) {
        // Only a broken connection says that the body is not whole.
        connection.reset();
      } else {
        connection.headers().clear(); // The answer will be another one.
      }
      throw e;
    } finally {
      out.abandon();
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
}

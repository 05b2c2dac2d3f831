package io.deltaport.it;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;

/** A mirror between a client and a server that changes what some paths end in. Thread-safe. */
final class AlteringProxy implements AutoCloseable {
  private final ServerProcess server;
  private final HttpClient client = HttpClient.newHttpClient();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, UnaryOperator<byte[]>> alterations = new ConcurrentHashMap<>();
  private final HttpServer listener;

  AlteringProxy(ServerProcess server) throws IOException {
    this.server = server;
    listener = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    listener.createContext("/", this::pass);
    listener.setExecutor(threads);
    listener.start();
  }

  String url() {
    return "http://127.0.0.1:" + listener.getAddress().getPort();
  }

  /** Changes the bodies of all files whose path ends with {@code suffix}. */
  void alter(String suffix, UnaryOperator<byte[]> change) {
    alterations.put(suffix, change);
  }

  /** Passes everything as it is again. */
  void heal() {
    alterations.clear();
  }

  private void pass(HttpExchange exchange) throws IOException {
    try (exchange) {
      URI address = URI.create(server.url() + exchange.getRequestURI());
      HttpResponse<byte[]> answer =
          client.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofByteArray());
      byte[] body = altered(exchange.getRequestURI().getPath(), answer.body());
      exchange.sendResponseHeaders(answer.statusCode(), body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private byte[] altered(String path, byte[] body) {
    return alterations.entrySet().stream()
        .filter(alteration -> path.endsWith(alteration.getKey()))
        .findFirst()
        .map(alteration -> alteration.getValue().apply(body))
        .orElse(body);
  }

  @Override
  public void close() {
    listener.stop(0);
    client.close();
    threads.close();
  }
}

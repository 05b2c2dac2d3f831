package io.deltaport.it;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.LockSupport;

/** A connection that sends bytes as they are: what no well-behaved HTTP client would send. */
final class RawHttp implements AutoCloseable {
  private static final int READ_TIMEOUT_MILLIS = 60_000;
  private static final int SHORT_TIMEOUT_MILLIS = 2_000;

  private static final long ANSWER_POLL_NANOS = 10_000_000;

  private final Socket socket;

  RawHttp(ServerProcess server) throws IOException {
    socket = new Socket(InetAddress.getByName("localhost"), server.port());
    socket.setSoTimeout(READ_TIMEOUT_MILLIS);
    socket.setTcpNoDelay(true);
  }

  /** Sends lines, each ended as HTTP demands, and the empty line after them. */
  RawHttp head(String... lines) throws IOException {
    return body((String.join("\r\n", lines) + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
  }

  RawHttp body(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
    return this;
  }

  /** Says that no more bytes will come, as a client that dies does. */
  RawHttp cut() throws IOException {
    socket.shutdownOutput();
    return this;
  }

  /** Says whether something came from the server; waits a moment for it. */
  boolean hasAnswer() throws IOException {
    LockSupport.parkNanos(ANSWER_POLL_NANOS);
    return socket.getInputStream().available() > 0;
  }

  /** As {@link #status}; a server that waits for more is told, after a while, that this was all. */
  int statusSayingWhenAllIsSent() throws IOException {
    socket.setSoTimeout(SHORT_TIMEOUT_MILLIS);
    try {
      return status();
    } catch (SocketTimeoutException e) {
      socket.setSoTimeout(READ_TIMEOUT_MILLIS);
      return cut().status();
    }
  }

  /** Returns the status of the answer, or 0 when the connection just ends. */
  int status() throws IOException {
    String line = line();
    return line.startsWith("HTTP/1.1 ") ? Integer.parseInt(line.substring(9, 12)) : 0;
  }

  /** Returns everything up to the end of the connection. */
  String rest() throws IOException {
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    InputStream in = socket.getInputStream();
    try {
      for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
        line.write(b);
      }
    } catch (SocketException e) {
      // A reset is an end too.
    }
    return line.toString(StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}

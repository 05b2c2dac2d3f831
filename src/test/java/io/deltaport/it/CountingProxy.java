package io.deltaport.it;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Stands between a client and the server and counts what passes, as a meter in the network would.
 * Thread-safe.
 */
final class CountingProxy implements AutoCloseable {
  private static final int BUFFER_BYTES = 16 << 10;

  private final ServerSocket listener;
  private final AtomicLong served = new AtomicLong();
  private final AtomicLong sent = new AtomicLong();
  private volatile int target;
  private volatile long trapBytes = Long.MAX_VALUE;
  private volatile Runnable trap;

  CountingProxy(ServerProcess server) throws IOException {
    listener = new ServerSocket(0, 50, InetAddress.getByName("localhost"));
    target = server.port();
    Thread.ofVirtual().start(this::accept);
  }

  /** Returns what clients put before a repository name. */
  String host() {
    return "localhost:" + listener.getLocalPort();
  }

  /** Returns how many bytes the server has sent, with all headers. */
  long servedBytes() {
    return served.get();
  }

  /** Passes what comes from now on to another server. */
  void retarget(ServerProcess server) {
    target = server.port();
  }

  /** Does something as soon as clients have sent so many more bytes, before they go further. */
  void whenSent(long bytes, Runnable action) {
    trap = action;
    trapBytes = sent.get() + bytes;
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        Thread.ofVirtual().start(() -> connect(client));
      } catch (IOException e) {
        // Closed, or a connection that was gone before it was here.
      }
    }
  }

  private void connect(Socket client) {
    try (client;
        Socket server = new Socket()) {
      server.connect(new InetSocketAddress(InetAddress.getByName("localhost"), target));
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      Thread up = Thread.ofVirtual().start(() -> pump(client, server, true));
      pump(server, client, false);
      up.join();
    } catch (IOException e) {
      // The server is away; the client sees its connection end.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void pump(Socket from, Socket to, boolean upwards) {
    byte[] buffer = new byte[BUFFER_BYTES];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        count(n, upwards);
        out.write(buffer, 0, n);
      }
      to.shutdownOutput();
    } catch (IOException e) {
      close(from);
      close(to);
    }
  }

  private void count(int bytes, boolean upwards) {
    if (!upwards) {
      served.addAndGet(bytes);
    } else if (sent.addAndGet(bytes) >= trapBytes) {
      spring();
    }
  }

  private synchronized void spring() {
    if (sent.get() >= trapBytes) {
      trapBytes = Long.MAX_VALUE;
      trap.run();
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // Gone already.
    }
  }
}

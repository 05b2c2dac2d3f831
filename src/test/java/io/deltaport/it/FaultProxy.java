package io.deltaport.it;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/** A network that a test breaks: between a client and its server, or a server and PostgreSQL. */
final class FaultProxy implements AutoCloseable {
  private static final int BUFFER_BYTES = 8 << 10;

  private final ServerSocket listener;
  private final IntSupplier target;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile Supplier<Fault> faults = () -> Fault.NONE;
  private volatile boolean refusing;

  /** What becomes of some bytes on their way. */
  enum Verdict {
    PASS,
    /** They and the rest of the connection are lost. */
    CUT,
    /** They are lost, and the connection stays. */
    SWALLOW
  }

  /** Decides about the bytes of one connection; called by one thread for each direction. */
  interface Fault {
    Fault NONE = (bytes, count, upwards) -> Verdict.PASS;

    Verdict on(byte[] bytes, int count, boolean upwards);
  }

  FaultProxy(IntSupplier target) throws IOException {
    this.target = target;
    listener = new ServerSocket(0, 200, InetAddress.getByName("localhost"));
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  /** Asks for a fault for each connection, also for those that are open. */
  void inject(Supplier<Fault> factory) {
    faults = factory;
  }

  /** Passes everything again. */
  void heal() {
    refusing = false;
    faults = () -> Fault.NONE;
  }

  /** Cuts all connections and takes no new ones, as when the other machine is switched off. */
  void refuse() {
    refusing = true;
    open.forEach(FaultProxy::close);
  }

  @Override
  public void close() throws IOException {
    listener.close();
    open.forEach(FaultProxy::close);
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
      if (refusing) {
        return;
      }
      server.connect(new InetSocketAddress(InetAddress.getByName("localhost"), target.getAsInt()));
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      open.add(client);
      open.add(server);
      Link link = new Link(client, server);
      Thread up = Thread.ofVirtual().start(() -> link.pump(client, server, true));
      link.pump(server, client, false);
      up.join();
    } catch (IOException e) {
      // The server is away; the client sees its connection end.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(client);
    }
  }

  private final class Link {
    private final Socket client;
    private final Socket server;
    private Supplier<Fault> factory;
    private Fault fault;

    Link(Socket client, Socket server) {
      this.client = client;
      this.server = server;
    }

    void pump(Socket from, Socket to, boolean upwards) {
      byte[] buffer = new byte[BUFFER_BYTES];
      try {
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          switch (fault().on(buffer, n, upwards)) {
            case PASS -> out.write(buffer, 0, n);
            case CUT -> {
              cut();
              return;
            }
            case SWALLOW -> {
              // As if they had not been sent.
            }
          }
        }
        to.shutdownOutput();
      } catch (IOException e) {
        cut();
      }
    }

    private synchronized Fault fault() {
      if (factory != faults) {
        factory = faults;
        fault = factory.get();
      }
      return fault;
    }

    private void cut() {
      FaultProxy.close(client);
      FaultProxy.close(server);
      open.remove(server);
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

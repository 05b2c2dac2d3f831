import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/**
 * Uses a server for some seconds as its clients do, while Java records what a cache is made of. Run
 * by scripts/make-aot-cache with the cache's path, in the project's folder.
 */
public final class AotTraining {
  private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  private static final String CONFIG = "application/vnd.oci.image.config.v1+json";
  private static final String LAYER = "application/vnd.oci.image.layer.v1.tar+gzip";
  private static final int FILES = 300;
  private static final int READS = 300;
  private static final int BLOCK = 512;
  private static final int CHECKSUM = 32;
  private static final int COMMIT_OFFSETS = 6;
  private static final long PATIENCE_SECONDS = 120;

  private final HttpClient client = HttpClient.newHttpClient();
  private final String url;

  private AotTraining(String url) {
    this.url = url;
  }

  public static void main(String[] args) throws Exception {
    Path data = Files.createTempDirectory("deltaport-training");
    int port = freePort();
    Process server = start(args[0], data, port);
    try {
      AotTraining training = new AotTraining("http://localhost:" + port);
      training.awaitReady(server);
      training.use();
    } finally {
      // Java writes the cache when the server ends.
      server.destroy();
      if (!server.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        server.destroyForcibly().waitFor();
      }
      delete(data);
    }
    if (!Files.exists(Path.of(args[0]))) {
      throw new IOException("Java wrote no cache");
    }
    tryOut(args[0]);
  }

  /** Starts a server with the cache, as one that it cannot load would keep every server down. */
  private static void tryOut(String cache) throws IOException, InterruptedException {
    Process server =
        java("-XX:AOTCache=" + Path.of(cache).toAbsolutePath(), "--help")
            .directory(Path.of("/").toFile())
            .start();
    if (server.waitFor() != 0) {
      throw new IOException("Java cannot load the cache that it wrote");
    }
  }

  private static Process start(String cache, Path data, int port) throws IOException {
    return java(
            "-XX:AOTCacheOutput=" + cache,
            "--host=localhost",
            "--port=" + port,
            "--data=" + data)
        .start();
  }

  /** Returns the server's command line with one more option of Java. */
  private static ProcessBuilder java(String option, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + Path.of("src/main/jvm/server.options").toAbsolutePath());
    command.add(option);
    command.add("-Xlog:disable");
    command.add("-jar");
    // A relative path would tie the cache to the folder that the server is started in.
    command.add(Path.of("target/deltaport-runner.jar").toAbsolutePath().toString());
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).inheritIO();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private void awaitReady(Process server) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (System.nanoTime() < end && server.isAlive()) {
      try {
        get("/v2/");
        return;
      } catch (IOException e) {
        Thread.sleep(100);
      }
    }
    throw new IOException("the server did not start");
  }

  private void use() throws Exception {
    String layer = "";
    for (int release = 1; release <= 3; release++) {
      layer = push("training/os", release);
      awaitJobs();
    }
    for (int i = 0; i < READS; i++) {
      get("/v2/training/os/manifests/stable");
      get("/v2/training/os/blobs/" + layer);
    }
    readObjects();
    get("/v2/training/os/tags/list");
    get("/v2/_catalog");
    get("/api/v1/deltas");
    get("/q/health/ready");
  }

  /** Asks for objects as a pull does, a few of them again and again. */
  private void readObjects() throws Exception {
    get("/ostree/training/os/config");
    get("/ostree/training/os/summary");
    byte[] ref = get("/ostree/training/os/refs/heads/stable").body();
    String checksum = new String(ref, StandardCharsets.UTF_8).strip();
    byte[] commit = get(object(checksum, "commit")).body();
    // It ends with the checksums of the tree and the metadata of its root, and with offsets.
    int end = commit.length - COMMIT_OFFSETS * (commit.length > 0xff ? Short.BYTES : 1);
    String tree = HexFormat.of().formatHex(commit, end - 2 * CHECKSUM, end - CHECKSUM);
    String meta = HexFormat.of().formatHex(commit, end - CHECKSUM, end);
    for (int i = 0; i < READS; i++) {
      get(object(tree, "dirtree"));
      get(object(meta, "dirmeta"));
    }
  }

  private static String object(String checksum, String kind) {
    return "/ostree/training/os/objects/"
        + checksum.substring(0, 2)
        + "/"
        + checksum.substring(2)
        + "."
        + kind;
  }

  private void awaitJobs() throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (System.nanoTime() < end) {
      String jobs = new String(get("/api/v1/jobs").body(), StandardCharsets.UTF_8);
      if (!jobs.contains("\"queued\"") && !jobs.contains("\"running\"")) {
        return;
      }
      Thread.sleep(50);
    }
    throw new IOException("the jobs do not end");
  }

  /** Pushes a release to the tag {@code stable} and returns its layer's digest. */
  private String push(String repository, int release) throws Exception {
    byte[] tar = tar(release);
    byte[] layer = gzip(tar);
    byte[] config =
        """
        {"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":["%s"]}}"""
            .formatted(digest(tar))
            .getBytes(StandardCharsets.UTF_8);
    upload(repository, config);
    upload(repository, layer);
    String manifest =
        """
        {"schemaVersion":2,"mediaType":"%s","config":%s,"layers":[%s]}"""
            .formatted(MANIFEST, descriptor(CONFIG, config), descriptor(LAYER, layer));
    HttpRequest.Builder put =
        request("/v2/" + repository + "/manifests/stable")
            .header("Content-Type", MANIFEST)
            .PUT(BodyPublishers.ofString(manifest));
    send(put);
    return digest(layer);
  }

  private static String descriptor(String type, byte[] blob) throws Exception {
    return """
        {"mediaType":"%s","digest":"%s","size":%d}"""
        .formatted(type, digest(blob), blob.length);
  }

  private void upload(String repository, byte[] blob) throws Exception {
    HttpResponse<byte[]> session =
        send(request("/v2/" + repository + "/blobs/uploads/").POST(BodyPublishers.noBody()));
    String place = session.headers().firstValue("Location").orElseThrow();
    HttpResponse<byte[]> rest =
        send(
            request(place)
                .header("Content-Type", "application/octet-stream")
                .method("PATCH", BodyPublishers.ofByteArray(blob)));
    place = rest.headers().firstValue("Location").orElseThrow();
    String sign = place.contains("?") ? "&" : "?";
    send(request(place + sign + "digest=" + digest(blob)).PUT(BodyPublishers.noBody()));
  }

  private HttpResponse<byte[]> get(String path) throws Exception {
    return send(request(path).header("Accept", MANIFEST + ", */*").GET());
  }

  private HttpRequest.Builder request(String place) {
    return HttpRequest.newBuilder(URI.create(url).resolve(place));
  }

  private HttpResponse<byte[]> send(HttpRequest.Builder request) throws Exception {
    HttpResponse<byte[]> answer = client.send(request.build(), BodyHandlers.ofByteArray());
    if (answer.statusCode() >= 400) {
      throw new IOException(answer + " " + new String(answer.body(), StandardCharsets.UTF_8));
    }
    return answer;
  }

  private static String digest(byte[] content) throws Exception {
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(content);
    return "sha256:" + HexFormat.of().formatHex(hash);
  }

  private static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(content);
    }
    return out.toByteArray();
  }

  /** Files of which every release changes some. */
  private static byte[] tar(int release) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (String folder : List.of("usr/", "usr/lib/", "etc/")) {
      out.writeBytes(header(folder, 0, '5'));
    }
    for (int i = 0; i < FILES; i++) {
      Random random = new Random(i);
      byte[] content = new byte[random.nextInt(1, 20_000)];
      for (int at = 0; at < content.length; at++) {
        content[at] = (byte) ('a' + random.nextInt(16));
      }
      if (i % 10 == 0) {
        content[content.length / 2] = (byte) ('0' + release);
      }
      out.writeBytes(header("usr/lib/file" + i, content.length, '0'));
      out.writeBytes(content);
      out.writeBytes(new byte[(BLOCK - content.length % BLOCK) % BLOCK]);
    }
    out.writeBytes(new byte[2 * BLOCK]);
    return out.toByteArray();
  }

  private static byte[] header(String name, int size, char type) {
    byte[] header = new byte[BLOCK];
    List<Object[]> fields = new ArrayList<>();
    fields.add(new Object[] {0, name});
    fields.add(new Object[] {100, type == '5' ? "0000755\0" : "0000644\0"});
    fields.add(new Object[] {108, "0000000\0" + "0000000\0" + "%011o\0".formatted(size)});
    fields.add(new Object[] {136, "00000000000\0" + "        " + type});
    fields.add(new Object[] {257, "ustar\0" + "00"});
    for (Object[] field : fields) {
      byte[] text = field[1].toString().getBytes(StandardCharsets.UTF_8);
      System.arraycopy(text, 0, header, (Integer) field[0], text.length);
    }
    int sum = 0;
    for (byte each : header) {
      sum += each & 0xff;
    }
    byte[] text = "%06o\0 ".formatted(sum).getBytes(StandardCharsets.UTF_8);
    System.arraycopy(text, 0, header, 148, text.length);
    return header;
  }
}

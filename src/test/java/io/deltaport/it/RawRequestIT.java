package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What no decent client sends is refused, or the connection ends; it is never a fault of ours. */
final class RawRequestIT {
  private static final String HOST = "Host: localhost\r\n";
  private static final String UPLOADS = "/v2/t/raw/blobs/uploads/";
  private static final String CHUNKED = "Transfer-Encoding: chunked\r\n\r\n";

  /** Requests by what is wrong with them. */
  private static Map<String, String> requests() {
    Map<String, String> all = new TreeMap<>();
    all.put("no HTTP at all", "\0\1\2\3 garbage\r\n\r\n");
    all.put("no version", "GET /v2/\r\n\r\n");
    all.put("version of the future", "GET /v2/ HTTP/9.9\r\n" + HOST + "\r\n");
    all.put("HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    all.put("no host", "GET /v2/ HTTP/1.1\r\n\r\n");
    all.put("odd host", "GET /v2/ HTTP/1.1\r\nHost: [::1/\\@:x\r\n\r\n");
    all.put("header without colon", get("/v2/", "nonsense"));
    all.put("header with a zero", get("/v2/", "X: a\0b"));
    all.put("header without name", get("/v2/", ": value"));
    all.put("folded header", get("/v2/", "X: a\r\n b"));
    all.put("large header", get("/v2/", "X: " + "x".repeat(200_000)));
    all.put("many headers", get("/v2/", "X: y\r\n".repeat(20_000) + "X: y"));
    all.put("long path", get("/v2/" + "a".repeat(100_000) + "/tags/list"));
    all.put("absolute URI", get("http://other.example/v2/"));
    all.put("asterisk", "OPTIONS * HTTP/1.1\r\n" + HOST + "\r\n");
    all.put("fragment", get("/v2/t/raw/tags/list#fragment"));
    all.put("space in path", get("/v2/t/ raw/tags/list"));
    for (String path :
        new String[] {"%zz", "%", "%2", "a%c0%af", "%ff", "%e2%82", "a%0d%0ab", "a%00", "..%2f"}) {
      all.put("name " + path, get("/v2/" + path + "/tags/list"));
      all.put("reference " + path, get("/v2/t/raw/manifests/" + path));
      all.put("digest " + path, get("/v2/t/raw/blobs/" + path));
      all.put("upload " + path, get("/v2/t/raw/blobs/uploads/" + path));
      all.put("last " + path, get("/v2/_catalog?last=" + path));
      all.put("n " + path, get("/v2/_catalog?n=" + path));
      all.put("job " + path, get("/api/v1/jobs/" + path));
      all.put("job state " + path, get("/api/v1/jobs?state=" + path));
      all.put("image repository " + path, get("/api/v1/images?repository=" + path));
      all.put("delta repository " + path, get("/api/v1/deltas?repository=" + path));
      all.put(
          "artifact type " + path,
          get("/v2/t/raw/referrers/sha256:" + "0".repeat(64) + "?artifactType=" + path));
      all.put("mount " + path, post(UPLOADS + "?from=" + path + "&mount=" + path, "", ""));
    }
    for (String method : new String[] {"TRACE", "CONNECT", "FOO", "get", "PROPFIND"}) {
      all.put("method " + method, method + " /v2/ HTTP/1.1\r\n" + HOST + "\r\n");
    }
    for (String length : new String[] {"-1", "abc", "99999999999999999999", "1, 2", "+1", ""}) {
      all.put("length " + length, post(UPLOADS, "Content-Length: " + length + "\r\n\r\n", "x"));
    }
    all.put("two lengths", post(UPLOADS, "Content-Length: 1\r\nContent-Length: 2\r\n\r\n", "xy"));
    all.put("length and chunks", post(UPLOADS, "Content-Length: 3\r\n" + CHUNKED, "0\r\n\r\n"));
    for (String chunks :
        new String[] {
          "zz\r\nab",
          "-1\r\n",
          "fffffffffffffffff\r\na",
          "2\r\nabcd\r\n0\r\n\r\n",
          "2",
          "5\r\nab",
          "1;" + "x".repeat(100_000) + "\r\na\r\n0\r\n\r\n"
        }) {
      String name = chunks.substring(0, Math.min(12, chunks.length())).replaceAll("\\s", "_");
      all.put("chunks " + name, post(UPLOADS + digest(), CHUNKED, chunks));
    }
    all.put("unknown coding", post(UPLOADS, "Transfer-Encoding: odd\r\n\r\n", "x"));
    all.put("expect nothing known", post(UPLOADS, "Expect: the-unexpected\r\n\r\n", ""));
    all.put(
        "upgrade",
        get(
            "/v2/",
            "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n" + "HTTP2-Settings: ????"));
    for (String accept : new String[] {"garbage", "*/*;q=x", ";;;,,", "a/b;q=9", "\u00ff/\u00ff"}) {
      all.put("accept " + accept, get("/v2/_catalog", "Accept: " + accept));
      all.put("manifest accept " + accept, get("/v2/t/raw/manifests/x", "Accept: " + accept));
      all.put("language " + accept, get("/api/v1/jobs", "Accept-Language: " + accept));
      all.put("coding " + accept, get("/api/v1/jobs", "Accept-Encoding: " + accept));
      all.put("cookie " + accept, get("/api/v1/jobs", "Cookie: " + accept));
      all.put(
          "content type " + accept,
          put("/v2/t/raw/manifests/x", "Content-Type: " + accept + "\r\n", "{}"));
      all.put("json type " + accept, json("Content-Type: " + accept + "\r\n", "{}"));
    }
    for (String body :
        new String[] {
          "",
          "{",
          "[]",
          "null",
          "1",
          "\"x\"",
          "{\"from\":{}}",
          "{\"from\":[1]}",
          "[".repeat(5000),
          "{\"from\":1e99999}",
          "{\"repository\":\"a\\u0000\"}",
          "\u00ff\u00fe",
          "{\"repository\":\"a\",\"from\":\"\\u0000\",\"to\":\"b\"}",
          "{\"x\":1,\"x\":2}"
        }) {
      String name = body.substring(0, Math.min(25, body.length()));
      all.put("json " + name, json("Content-Type: application/json\r\n", body));
    }
    return all;
  }

  static Stream<Arguments> bad() {
    return requests().entrySet().stream()
        .map(request -> Arguments.of(request.getKey(), request.getValue()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bad")
  void isNoFaultOfOurs(String name, String request) throws IOException {
    int status;
    try (RawHttp connection = new RawHttp(SharedServer.get())) {
      try {
        connection.body(request.getBytes(StandardCharsets.ISO_8859_1));
      } catch (IOException e) {
        // The server has refused it before it was all there.
      }
      status = connection.statusSayingWhenAllIsSent();
    }
    assertThat(status).as("%s, status", name).isLessThan(500);
  }

  @AfterAll
  static void theServerGoesOn() {
    Registry registry = Registry.fresh();
    String digest = registry.pushBlob(new byte[] {1});
    assertThat(registry.request().get(registry.path("blobs/" + digest)).statusCode())
        .isEqualTo(200);
  }

  private static String digest() {
    return "?digest=sha256:" + "0".repeat(64);
  }

  private static String get(String target, String... headers) {
    String lines = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
    return "GET " + target + " HTTP/1.1\r\n" + HOST + lines + "\r\n";
  }

  private static String post(String target, String headers, String body) {
    String end = headers.isEmpty() ? "Content-Length: 0\r\n\r\n" : headers;
    return "POST " + target + " HTTP/1.1\r\n" + HOST + end + body;
  }

  private static String put(String target, String headers, String body) {
    return "PUT " + target + " HTTP/1.1\r\n" + HOST + withLength(headers, body);
  }

  private static String json(String headers, String body) {
    return "POST /api/v1/deltas HTTP/1.1\r\n" + HOST + withLength(headers, body);
  }

  private static String withLength(String headers, String body) {
    return headers + "Content-Length: " + body.length() + "\r\n\r\n" + body;
  }
}

package io.deltaport.it;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.oci.Digest;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.UUID;

/** Speaks the OCI distribution API by plain HTTP requests to one repository. */
record Registry(ServerProcess server, String repository) {
  static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  static final String INDEX = "application/vnd.oci.image.index.v1+json";
  static final String EMPTY = "application/vnd.oci.empty.v1+json";

  /** A repository on the shared server that nobody else uses. */
  static Registry fresh() {
    return new Registry(SharedServer.get(), "t/" + UUID.randomUUID());
  }

  RequestSpecification request() {
    return given().baseUri(server.url()).urlEncodingEnabled(false).redirects().follow(false);
  }

  RequestSpecification bytes(byte[] content) {
    return request().contentType("application/octet-stream").body(content);
  }

  /** Returns the path of something in the repository. */
  String path(String rest) {
    return "/v2/" + repository + "/" + rest;
  }

  /** Begins an upload and returns where it is. */
  String beginUpload() {
    Response response = request().post(path("blobs/uploads/"));
    assertThat(response.statusCode()).isEqualTo(202);
    return path(response);
  }

  /** Stores a blob and returns its digest. */
  String pushBlob(byte[] content) {
    String digest = Digest.sha256(content).toString();
    Response response = bytes(content).post(path("blobs/uploads/?digest=" + digest));
    assertThat(response.statusCode()).as(response.asString()).isEqualTo(201);
    return digest;
  }

  Response putManifest(String reference, String mediaType, String content) {
    return putManifest(reference, mediaType, content.getBytes(StandardCharsets.UTF_8));
  }

  Response putManifest(String reference, String mediaType, byte[] content) {
    return request()
        .header("Content-Type", mediaType)
        .body(content)
        .put(path("manifests/" + reference));
  }

  /** Stores a manifest and returns its digest. */
  String pushManifest(String reference, String mediaType, String content) {
    Response response = putManifest(reference, mediaType, content);
    assertThat(response.statusCode()).as(response.asString()).isEqualTo(201);
    return response.header("Docker-Content-Digest");
  }

  /** Stores the smallest manifest that the specification allows, and returns its digest. */
  String pushArtifact(String reference, String artifactType) {
    return pushManifest(reference, MANIFEST, artifact(artifactType, ""));
  }

  /**
   * Returns the JSON of a manifest around the empty config, which is stored first.
   *
   * @param fields further fields, each after a comma
   */
  String artifact(String artifactType, String fields) {
    String empty = descriptor(EMPTY, pushBlob("{}".getBytes(StandardCharsets.UTF_8)), 2);
    return """
        {"schemaVersion":2,"mediaType":"%s","artifactType":"%s","config":%s,"layers":[%s]%s}"""
        .formatted(MANIFEST, artifactType, empty, empty, fields);
  }

  static String descriptor(String mediaType, String digest, long size) {
    return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}"
        .formatted(mediaType, digest, size);
  }

  static String digestOf(String text) {
    return Digest.sha256(text.getBytes(StandardCharsets.UTF_8)).toString();
  }

  /** Returns the path of a Location header, which may be absolute. */
  static String path(Response response) {
    return response.header("Location").replaceFirst("^https?://[^/]+", "");
  }

  /** Returns the path of the page after this one, or null when it is the last. */
  static String nextPage(Response page) {
    String link = page.header("Link");
    if (link == null) {
      return null;
    }
    assertThat(link).matches("<[^>]+>; rel=\"next\"");
    return link.substring(1, link.indexOf('>'));
  }

  /** Returns what a blob or manifest is called by SHA-512. */
  static String sha512(byte[] content) {
    byte[] hash = Digest.newMessageDigest("sha512").digest(content);
    return "sha512:" + HexFormat.of().formatHex(hash);
  }

  /** Fails unless the answer is an error body of the specification with this code. */
  static void assertError(Response response, int status, String code) {
    assertThat(response.statusCode()).as(response.asString()).isEqualTo(status);
    assertThat(response.contentType()).startsWith("application/json");
    assertThat(response.jsonPath().getString("errors[0].code")).isEqualTo(code);
    assertThat(response.jsonPath().getString("errors[0].message")).isNotBlank();
  }
}

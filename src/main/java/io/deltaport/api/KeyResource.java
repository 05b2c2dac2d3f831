package io.deltaport.api;

import io.deltaport.api.KeyViews.CreateRequest;
import io.deltaport.api.KeyViews.ImportRequest;
import io.deltaport.api.KeyViews.KeyPage;
import io.deltaport.api.KeyViews.KeyView;
import io.deltaport.api.KeyViews.RetireRequest;
import io.deltaport.api.KeyViews.RotateRequest;
import io.deltaport.image.RegistryException;
import io.deltaport.image.keys.KeyInfo;
import io.deltaport.image.keys.KeyRequests;
import io.deltaport.image.keys.KeyRequests.Algorithm;
import io.deltaport.image.keys.KeyRequests.Wanted;
import io.deltaport.oci.ErrorCode;
import io.deltaport.sign.KeyKind;
import io.deltaport.sign.PublicKeys;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestQuery;

/** Signing keys. Private ones come in, and never go out. */
@Path("/api/v1/keys")
@RunOnVirtualThread
public class KeyResource {
  private static final int CREATED = 201;

  private final KeyRequests keys;

  KeyResource(KeyRequests keys) {
    this.keys = keys;
  }

  @GET
  @Operation(summary = "List signing keys by name, those of the configuration last")
  public KeyPage list() {
    return new KeyPage(keys.list().stream().map(KeyView::of).toList());
  }

  @GET
  @Path("/{name}")
  @Operation(summary = "Show one signing key")
  public KeyView get(String name) {
    return KeyView.of(keys.find(name));
  }

  @POST
  @Operation(summary = "Make a signing key, which signs from now on")
  public Response create(CreateRequest request) throws IOException {
    if (request == null || request.name() == null || request.kind() == null) {
      throw Parameters.bad("the body needs name and kind");
    }
    return created(
        keys.create(
            new Wanted(
                request.name(),
                kind(request.kind()),
                list(request.repositories()),
                Optional.ofNullable(request.userId()),
                algorithm(request.algorithm()))));
  }

  @POST
  @Path("/import")
  @Operation(summary = "Take a private key that was made elsewhere, which signs from now on")
  public Response importKey(ImportRequest request) throws IOException {
    if (request == null || request.name() == null || request.key() == null) {
      throw Parameters.bad("the body needs name and key");
    }
    String passphrase = request.passphrase() == null ? "" : request.passphrase();
    return created(
        keys.importKey(
            request.name(), list(request.repositories()), request.key(), passphrase.toCharArray()));
  }

  @GET
  @Path("/{name}/public")
  @Operation(
      summary = "Get the public key as clients take it",
      description =
          "ed25519: a line of base64; OpenPGP: a keyring in ASCII armour, or with armour=false a"
              + " binary one")
  public Response export(String name, @RestQuery Optional<String> armour) {
    return file(List.of(keys.find(name)), armour);
  }

  @GET
  @Path("/public")
  @Operation(summary = "Get all public keys that sign for a repository, in one file")
  public Response exportFor(
      @RestQuery Optional<String> repository,
      @RestQuery Optional<String> kind,
      @RestQuery Optional<String> armour) {
    if (repository.isEmpty() || kind.isEmpty()) {
      throw Parameters.bad("the query needs repository and kind");
    }
    List<KeyInfo> found = keys.findFor(Parameters.repository(repository), kind(kind.get()));
    if (found.isEmpty()) {
      throw new RegistryException(
          ErrorCode.NAME_UNKNOWN,
          "there is no active " + kind.get() + " key for " + repository.get());
    }
    return file(found, armour);
  }

  @POST
  @Path("/{name}/rotate")
  @Operation(summary = "Make a key beside this one; both sign until this one is retired")
  public Response rotate(String name, RotateRequest request) throws IOException {
    RotateRequest wanted = request == null ? new RotateRequest(null, null, null) : request;
    return created(
        keys.rotate(
            name,
            Optional.ofNullable(wanted.newName()),
            Optional.ofNullable(wanted.userId()),
            algorithm(wanted.algorithm())));
  }

  @POST
  @Path("/{name}/retire")
  @Operation(summary = "End the signing of a key; the last one of its kind needs force")
  public KeyView retire(String name, RetireRequest request) {
    return KeyView.of(keys.retire(name, request != null && request.force()));
  }

  @DELETE
  @Path("/{name}")
  @Operation(summary = "Remove a retired key for ever")
  public void remove(String name) {
    keys.remove(name);
  }

  private static Response file(List<KeyInfo> found, Optional<String> armour) {
    List<byte[]> publicKeys = found.stream().map(KeyInfo::publicKey).toList();
    if (found.stream().anyMatch(key -> key.publicKey() == null)) {
      throw new RegistryException(
          ErrorCode.NAME_UNKNOWN, "the public key is not known: " + found.getFirst().problem());
    }
    if (found.getFirst().kind() == KeyKind.ED25519) {
      return Response.ok(PublicKeys.ed25519File(publicKeys), MediaType.TEXT_PLAIN_TYPE).build();
    }
    return armour.orElse("true").equals("false")
        ? Response.ok(PublicKeys.keyring(publicKeys), MediaType.APPLICATION_OCTET_STREAM_TYPE)
            .build()
        : Response.ok(PublicKeys.armoured(publicKeys), MediaType.TEXT_PLAIN_TYPE).build();
  }

  private static Response created(KeyInfo key) {
    return Response.status(CREATED)
        .type(MediaType.APPLICATION_JSON_TYPE)
        .header(HttpHeaders.LOCATION, "/api/v1/keys/" + key.name())
        .entity(KeyView.of(key))
        .build();
  }

  private static KeyKind kind(String label) {
    return KeyKind.of(label)
        .orElseThrow(() -> Parameters.bad("the kind of a key is ed25519 or openpgp"));
  }

  private static Algorithm algorithm(String name) {
    try {
      return name == null ? Algorithm.ED25519 : Algorithm.valueOf(name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw Parameters.bad("the algorithm is ed25519 or rsa4096");
    }
  }

  private static List<String> list(List<String> given) {
    return given == null ? List.of() : given;
  }
}

package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The real cosign with a key of its own, which asks no service on the internet for anything. */
final class Cosign {
  private final Path folder;

  private Cosign(Path folder) {
    this.folder = folder;
  }

  /** Makes a key pair in a folder. */
  static Cosign withNewKey(Path folder) {
    Cosign cosign = new Cosign(folder);
    cosign.command("generate-key-pair").ok();
    return cosign;
  }

  private Command command(Object... arguments) {
    return Command.client("cosign", arguments)
        .env("COSIGN_PASSWORD", "")
        .env("HOME", folder)
        .in(folder);
  }

  /**
   * Signs an image of a registry.
   *
   * @param bundle whether the signature becomes a referrer with a bundle, not a tag
   */
  void sign(Registry registry, String digest, boolean bundle) {
    command(
            "sign",
            "--yes",
            "--key=cosign.key",
            "--use-signing-config=false",
            "--tlog-upload=false",
            "--new-bundle-format=" + bundle,
            "--allow-http-registry",
            registry.server().host() + "/" + registry.repository() + "@" + digest)
        .ok();
  }

  /** Attests something about an image, which is a referrer with a bundle, too. */
  void attest(Registry registry, String digest) throws IOException {
    Files.writeString(folder.resolve("predicate.json"), "{\"built\":\"here\"}");
    command(
            "attest",
            "--yes",
            "--key=cosign.key",
            "--use-signing-config=false",
            "--tlog-upload=false",
            "--new-bundle-format=true",
            "--allow-http-registry",
            "--predicate=predicate.json",
            "--type=https://example.com/built",
            registry.server().host() + "/" + registry.repository() + "@" + digest)
        .ok();
  }

  /**
   * Verifies a signature without a registry, as cosign does with an image that it saved.
   *
   * @param from a layout that has the image's manifest, the signature's, and what that names
   * @param saved an empty folder for these alone: cosign takes any bundle that it sees instead
   */
  Command.Result verify(Layout from, String image, String signature, Path saved)
      throws IOException {
    Layout layout = new Layout(saved);
    Files.createDirectories(saved.resolve("blobs/sha256"));
    Files.copy(from.folder().resolve("oci-layout"), saved.resolve("oci-layout"));
    List<String> blobs = new ArrayList<>(from.imageOf(signature).layers());
    blobs.addAll(List.of(image, signature, from.imageOf(signature).config()));
    for (String digest : blobs) {
      Files.copy(from.blob(digest), layout.blob(digest));
    }
    Files.writeString(
        saved.resolve("index.json"),
        "{\"schemaVersion\":2,\"manifests\":[%s,%s]}"
            .formatted(entry(layout, image, "image"), entry(layout, signature, "sigs")));
    return command(
            "verify",
            "--key=cosign.pub",
            "--insecure-ignore-tlog",
            "--offline",
            "--new-bundle-format=false",
            "--local-image",
            saved)
        .run();
  }

  private static String entry(Layout layout, String digest, String kind) {
    return """
        {"mediaType":"%s","digest":"%s","size":%d,"annotations":{"kind":"dev.cosignproject.cosign/%s"}}"""
        .formatted(Registry.MANIFEST, digest, layout.size(digest), kind);
  }

  /** Verifies a bundle against the digest of an image. */
  Command.Result verifyBundle(Path bundle, String image) {
    assertThat(image).startsWith("sha256:");
    return command(
            "verify-blob-attestation",
            "--key=cosign.pub",
            "--insecure-ignore-tlog",
            "--bundle=" + bundle,
            "--type=https://sigstore.dev/cosign/sign/v1",
            "--digestAlg=sha256",
            "--digest=" + image.substring("sha256:".length()))
        .run();
  }
}

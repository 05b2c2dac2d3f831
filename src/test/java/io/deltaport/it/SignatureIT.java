package io.deltaport.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltaport.sign.Ed25519Key;
import io.deltaport.sign.KeyFiles;
import io.deltaport.sign.KeyFormatException;
import io.deltaport.sign.OpenPgpGenerator;
import io.deltaport.sign.PublicKeys;
import io.deltaport.sign.SigningKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What we sign is taken by the real ostree, GnuPG and OpenSSL, and their keys by us. */
final class SignatureIT {
  private static final char[] NONE = {};
  private static final byte[] DATA = "the summary of a repository".getBytes(UTF_8);

  @RegisterExtension static final WorkFolder WORK = new WorkFolder();

  private final OpenPgpGenerator openPgp = new OpenPgpGenerator(new SecureRandom());
  private Path work;

  @BeforeEach
  void makeFolder() {
    work = WORK.fresh();
  }

  private Path write(String name, byte[] content) throws IOException {
    return Files.write(work.resolve(name), content);
  }

  private SigningKey newKey(String algorithm) {
    return algorithm.equals("rsa")
        ? openPgp.rsa("Releases <releases@example.com>", Instant.now())
        : openPgp.ed25519("Releases <releases@example.com>", Instant.now());
  }

  @ParameterizedTest
  @ValueSource(strings = {"ed25519", "rsa"})
  void gpgVerifiesOurSignatures(String algorithm) throws IOException {
    SigningKey key = newKey(algorithm);
    try (Gpg gpg = Gpg.in(work)) {
      gpg.run("--import", write("key.gpg", key.publicKey())).ok();
      gpg.run("--import", write("key.asc", PublicKeys.armoured(List.of(key.publicKey())))).ok();
      assertThat(gpg.fingerprint("releases@example.com")).isEqualTo(key.fingerprint());
      verify(gpg, key, DATA).ok();
      assertThat(verify(gpg, key, "something else".getBytes(UTF_8)).status()).isNotZero();
      assertThat(verify(gpg, newKey("ed25519"), DATA).status()).isNotZero();
    }
  }

  private Command.Result verify(Gpg gpg, SigningKey key, byte[] claimed) throws IOException {
    Path signature = write("data.sig", key.sign(DATA, Instant.now()));
    return gpg.run("--trust-model", "always", "--verify", signature, write("data", claimed)).run();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ed25519", "rsa3072", "nistp256"})
  void keysOfGpgAreTaken(String algorithm) throws IOException {
    try (Gpg gpg = Gpg.in(work)) {
      for (String passphrase : List.of("", "s\u00e9cret phrase")) {
        String name = "gpg-" + passphrase.length() + "@example.com";
        String fingerprint = gpg.generate(name, passphrase, algorithm, "cert,sign");
        for (boolean armour : List.of(false, true)) {
          Path file = work.resolve("secret");
          gpg.export("--export-secret-keys", fingerprint, passphrase, armour, file);
          byte[] content = Files.readAllBytes(file);
          SigningKey key = KeyFiles.read(content, passphrase.toCharArray());
          assertThat(key.fingerprint()).isEqualTo(fingerprint);
          verify(gpg, key, DATA).ok();
          if (!passphrase.isEmpty()) {
            refused(content, "", "passphrase is needed");
            refused(content, "wrong", "not that of the key");
          }
        }
      }
    }
  }

  @Test
  void aSubkeyOfGpgSignsWithoutThePrimaryKey() throws IOException {
    try (Gpg gpg = Gpg.in(work)) {
      String fingerprint = gpg.generate("offline@example.com", "", "ed25519", "cert");
      gpg.addSubkey(fingerprint, "ed25519");
      Path file = work.resolve("secret");
      for (String how : List.of("--export-secret-keys", "--export-secret-subkeys")) {
        SigningKey key =
            KeyFiles.read(Files.readAllBytes(gpg.export(how, fingerprint, "", true, file)), NONE);
        assertThat(key.fingerprint()).isEqualTo(fingerprint);
        verify(gpg, key, DATA).ok();
      }
      // Nothing but a primary key that may not sign.
      String certifier = gpg.generate("certifier@example.com", "", "ed25519", "cert");
      gpg.export("--export-secret-keys", certifier, "", false, file);
      refused(Files.readAllBytes(file), "", "no part of the OpenPGP key can sign");
      gpg.run(
              "--pinentry-mode",
              "loopback",
              "--passphrase",
              "",
              "--output",
              file,
              "--export-secret-keys")
          .ok();
      refused(Files.readAllBytes(file), "", "several keys");
    }
  }

  private static void refused(byte[] file, String passphrase, String reason) {
    assertThatThrownBy(() -> KeyFiles.read(file, passphrase.toCharArray()))
        .isInstanceOf(KeyFormatException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void keysOfOpenSslAreTakenAndItVerifies() throws IOException {
    Path pem = work.resolve("key.pem");
    Command.client("openssl", "genpkey", "-algorithm", "ed25519", "-out", pem).ok();
    SigningKey key = KeyFiles.read(Files.readAllBytes(pem), NONE);
    Path publicPem = work.resolve("public.pem");
    Command.client("openssl", "pkey", "-in", pem, "-pubout", "-out", publicPem).ok();
    assertThat(Base64.getMimeDecoder().decode(Files.readString(publicPem).replaceAll("-.*-", "")))
        .endsWith(key.publicKey());
    Path signature = write("data.sig", key.sign(DATA, Instant.now()));
    for (String claimed : List.of(new String(DATA, UTF_8), "something else")) {
      Command.Result result =
          Command.client(
                  "openssl",
                  "pkeyutl",
                  "-verify",
                  "-rawin",
                  "-pubin",
                  "-inkey",
                  publicPem,
                  "-sigfile",
                  signature,
                  "-in",
                  write("data", claimed.getBytes(UTF_8)))
              .run();
      assertThat(result.status() == 0).isEqualTo(claimed.length() == DATA.length);
    }
    Command.client("openssl", "genpkey", "-algorithm", "x25519", "-out", pem).ok();
    refused(Files.readAllBytes(pem), "", "not an ed25519 one");
  }

  @Test
  void ostreePullsWhatAnyOfTwoKeysHasSigned() throws IOException {
    SigningKey old = newKey("ed25519");
    SigningKey next = newKey("rsa");
    SigningKey stranger = newKey("ed25519");
    Path remote = commit();
    Path summary = remote.resolve("summary");
    sign(remote, List.of(old, next));
    for (SigningKey trusted : List.of(old, next)) {
      pull(remote, trusted).ok();
    }
    Command.Result refused = pull(remote, stranger);
    assertThat(refused.status()).isNotZero();
    assertThat(refused.err()).contains("public key not found");
    sign(remote, List.of(next));
    assertThat(pull(remote, old).status()).isNotZero();
    byte[] content = Files.readAllBytes(summary);
    content[content.length / 2] ^= 1;
    Files.write(summary, content);
    assertThat(pull(remote, next).status()).isNotZero();
  }

  @Test
  void ostreeShowsWhoSigned() throws IOException {
    SigningKey key = newKey("ed25519");
    Path remote = commit();
    sign(remote, List.of(key));
    try (Gpg gpg = Gpg.in(work)) {
      gpg.run("--import", write("key.gpg", key.publicKey())).ok();
      Path keyring = gpg.home().resolve("pubring.gpg");
      Files.write(keyring, key.publicKey());
      assertThat(
              Command.client(
                      "ostree", "--repo=" + remote, "show", "--gpg-homedir", gpg.home(), "os")
                  .ok())
          .contains("Good signature from \"Releases <releases@example.com>\"");
    }
  }

  @Test
  void ostreeVerifiesEd25519() throws IOException {
    Path program = Ed25519Ostree.require();
    Ed25519Key old = Ed25519Key.generate(new SecureRandom());
    Ed25519Key next = Ed25519Key.generate(new SecureRandom());
    Ed25519Key stranger = Ed25519Key.generate(new SecureRandom());
    Path remote = commit();
    sign(remote, List.of(old, next));
    for (Ed25519Key trusted : List.of(old, next, stranger)) {
      String line = Ed25519Key.line(trusted.publicKey());
      Command.Result inline = ed25519(program, remote, "os", line);
      assertThat(inline.status() == 0).isEqualTo(trusted != stranger);
      Path file = write("keys.ed25519", PublicKeys.ed25519File(List.of(trusted.publicKey())));
      for (String option :
          List.of("verification-ed25519-key=" + line, "verification-ed25519-file=" + file)) {
        Command.Result pulled =
            pull(
                program,
                remote,
                "--no-gpg-verify",
                "--set=sign-verify=ed25519",
                "--set=sign-verify-summary=ed25519",
                "--set=" + option);
        assertThat(pulled.status() == 0).as(pulled.err()).isEqualTo(trusted != stranger);
      }
    }
  }

  private static Command.Result ed25519(Path program, Path repo, String ref, String key) {
    return Command.program(
            program.toString(),
            "--repo=" + repo,
            "sign",
            "--verify",
            "--sign-type=ed25519",
            ref,
            key)
        .run();
  }

  /** Makes a remote with one commit under the ref {@code os}. */
  private Path commit() throws IOException {
    Path remote = work.resolve("remote");
    Path tree = Files.createDirectory(work.resolve("tree"));
    Files.writeString(tree.resolve("file"), "content");
    Command.client("ostree", "--repo=" + remote, "init", "--mode=archive").ok();
    Command.client("ostree", "--repo=" + remote, "commit", "-b", "os", tree).ok();
    Command.client("ostree", "--repo=" + remote, "summary", "-u").ok();
    return remote;
  }

  /** Signs the commit and the summary, as the server does. */
  private static void sign(Path remote, List<? extends SigningKey> keys) throws IOException {
    String name = Command.client("ostree", "--repo=" + remote, "rev-parse", "os").ok().strip();
    Path object =
        remote.resolve("objects/" + name.substring(0, 2) + "/" + name.substring(2) + ".commit");
    Files.write(
        object.resolveSibling(object.getFileName() + "meta"),
        signatures(keys, Files.readAllBytes(object)));
    Files.write(
        remote.resolve("summary.sig"),
        signatures(keys, Files.readAllBytes(remote.resolve("summary"))));
  }

  private static byte[] signatures(List<? extends SigningKey> keys, byte[] data) {
    Map<String, List<byte[]>> signatures = new TreeMap<>();
    for (SigningKey key : keys) {
      byte[] signature = key.sign(data, Instant.now().minus(Duration.ofSeconds(1)));
      signatures.merge(
          key.kind().metadataKey(),
          List.of(signature),
          (a, b) -> Stream.concat(a.stream(), b.stream()).toList());
    }
    return DetachedMetadata.of(signatures);
  }

  private Command.Result pull(Path remote, SigningKey trusted) throws IOException {
    Path keyring = write("trusted.asc", PublicKeys.armoured(List.of(trusted.publicKey())));
    return pull(
        Clients.require("ostree"),
        remote,
        "--no-sign-verify",
        "--gpg-import=" + keyring,
        "--set=gpg-verify=true",
        "--set=gpg-verify-summary=true");
  }

  private static Command.Result pull(Path program, Path remote, String... options) {
    Path client = WORK.fresh().resolve("client");
    String repo = "--repo=" + client;
    Command.program(program.toString(), repo, "init", "--mode=archive").ok();
    Object[] words =
        Stream.concat(
                Stream.of(repo, "remote", "add"),
                Stream.concat(Stream.of(options), Stream.of("origin", "file://" + remote)))
            .toArray();
    Command.program(program.toString(), words).ok();
    return Command.program(program.toString(), repo, "pull", "origin", "os").run();
  }
}

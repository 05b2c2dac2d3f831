package io.deltaport.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import io.deltaport.image.keys.KeyInfo;
import io.deltaport.sign.Ed25519Key;
import io.deltaport.sign.KeyKind;
import java.time.Instant;
import java.util.List;

/** The JSON objects about signing keys. Fields without a value are left out. */
public final class KeyViews {
  private KeyViews() {}

  /** All keys: there are never more than fit into one page. */
  public record KeyPage(List<KeyView> keys) {}

  /** A key, without its private part; {@code publicKey} is there for ed25519, in base64. */
  @JsonInclude(Include.NON_NULL)
  public record KeyView(
      String name,
      String kind,
      List<String> repositories,
      String state,
      boolean external,
      String fingerprint,
      String publicKey,
      Instant created,
      Instant retired,
      Instant expires,
      String problem) {
    static KeyView of(KeyInfo key) {
      boolean line = key.kind() == KeyKind.ED25519 && key.publicKey() != null;
      return new KeyView(
          key.name(),
          key.kind() == null ? null : key.kind().label(),
          key.repositories(),
          key.state(),
          key.external(),
          key.fingerprint(),
          line ? Ed25519Key.line(key.publicKey()) : null,
          key.created(),
          key.retired(),
          key.expires(),
          key.problem());
    }
  }

  /** A key to make; {@code userId} and {@code algorithm} are for OpenPGP. */
  public record CreateRequest(
      String name, String kind, List<String> repositories, String userId, String algorithm) {}

  /** A key to take: {@code key} is the private key's file in base64. */
  public record ImportRequest(
      String name, List<String> repositories, byte[] key, String passphrase) {
    @Override
    public String toString() {
      return "import of " + name;
    }
  }

  /** How the next key shall be; all may be left out. */
  public record RotateRequest(String newName, String userId, String algorithm) {}

  /** Whether the last key of its kind may go. */
  public record RetireRequest(boolean force) {}
}

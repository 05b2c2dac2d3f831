package io.deltaport.oci;

import io.deltaport.util.Hex;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A content digest as OCI spells it, for example {@code sha256:e3b0…}. Immutable.
 *
 * @param algorithm {@code sha256} or {@code sha512}
 * @param hex 64 or 128 lowercase digits
 * @see <a
 *     href="https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md">descriptor.md</a>
 */
public record Digest(String algorithm, String hex) {
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern SHA512 = Pattern.compile("[0-9a-f]{128}");

  public Digest {
    boolean valid =
        switch (algorithm) {
          case "sha256" -> SHA256.matcher(hex).matches();
          case "sha512" -> SHA512.matcher(hex).matches();
          default -> false;
        };
    if (!valid) {
      throw new IllegalArgumentException("neither a sha256 nor a sha512 digest");
    }
  }

  /**
   * Parses {@code algorithm:hex}.
   *
   * @throws IllegalArgumentException if the text is malformed or the algorithm is not supported
   */
  public static Digest parse(String text) {
    int colon = text.indexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException("a digest needs an algorithm and a colon");
    }
    return new Digest(text.substring(0, colon), text.substring(colon + 1));
  }

  /** As {@link #parse}, but empty for anything that is no supported digest. */
  public static Optional<Digest> tryParse(String text) {
    try {
      return Optional.of(parse(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Returns the SHA-256 digest of {@code content}. */
  public static Digest sha256(byte[] content) {
    MessageDigest digest = newMessageDigest("sha256");
    return new Digest("sha256", Hex.encode(digest.digest(content)));
  }

  /** Returns the digest that a finished SHA-256 computation gave. */
  public static Digest ofSha256(byte[] hash) {
    return new Digest("sha256", Hex.encode(hash));
  }

  /** Starts a computation in this digest's algorithm; not thread-safe. */
  public MessageDigest newMessageDigest() {
    return newMessageDigest(algorithm);
  }

  /** Says whether this is the digest of {@code content}. */
  public boolean matches(byte[] content) {
    return Hex.encode(newMessageDigest().digest(content)).equals(hex);
  }

  /** Says whether {@code computation} is one in this digest's algorithm. */
  public boolean isComputedBy(MessageDigest computation) {
    return computation.getAlgorithm().equals(javaName(algorithm));
  }

  /**
   * Starts a computation; not thread-safe.
   *
   * @param algorithm {@code sha256} or {@code sha512}
   */
  public static MessageDigest newMessageDigest(String algorithm) {
    try {
      return MessageDigest.getInstance(javaName(algorithm));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java runtime has no " + algorithm, e);
    }
  }

  private static String javaName(String algorithm) {
    return switch (algorithm) {
      case "sha256" -> "SHA-256";
      case "sha512" -> "SHA-512";
      default -> throw new IllegalArgumentException("neither sha256 nor sha512");
    };
  }

  @Override
  public String toString() {
    return algorithm + ":" + hex;
  }
}

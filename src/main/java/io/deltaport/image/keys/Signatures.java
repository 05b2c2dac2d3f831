package io.deltaport.image.keys;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.deltaport.meta.Database;
import io.deltaport.meta.Repositories;
import io.deltaport.sign.KeyKind;
import io.deltaport.util.Hex;
import io.deltaport.util.Sha256;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Signs what repositories offer to OSTree clients. Thread-safe; never call it from an event loop.
 *
 * <p>During a rotation several keys sign, and a device takes what any key that it trusts has
 * signed. The same bytes get the same signatures for as long as this server remembers them.
 */
@ApplicationScoped
public class Signatures {
  /** Where OSTree looks for ed25519 signatures: an array of 64 bytes each. */
  public static final String ED25519 = KeyKind.ED25519.metadataKey();

  /** Where OSTree looks for detached binary OpenPGP signatures. */
  public static final String OPENPGP = KeyKind.OPENPGP.metadataKey();

  /** A signature has at most some 1.2 KiB (RSA with 8192 bits): 12 MiB, and mostly a tenth. */
  private static final int REMEMBERED_MAX = 10_000;

  /** Names have at most 255 characters. */
  private static final int NAMES_MAX = 10_000;

  /** 64 bits: sets of keys that follow each other in one repository must differ. */
  private static final int GENERATION_BYTES = 8;

  private record Signed(String key, String checksum) {}

  private final ActiveKeys keys;
  private final Database database;
  private final Repositories repositories;
  private final Cache<Signed, byte[]> remembered =
      Caffeine.newBuilder().maximumSize(REMEMBERED_MAX).build();
  private final Cache<Long, String> names = Caffeine.newBuilder().maximumSize(NAMES_MAX).build();

  Signatures(ActiveKeys keys, Database database, Repositories repositories) {
    this.keys = keys;
    this.database = database;
    this.repositories = repositories;
  }

  /**
   * Signs {@code data} with every active key for the repository.
   *
   * @return signatures by the key of the metadata dictionary (a{sv}) to which they belong, there as
   *     {@code aay}; empty when no key is for the repository
   * @throws KeysUnavailableException if one of the keys cannot be used
   */
  public Map<String, List<byte[]>> sign(long repositoryId, byte[] data) {
    Map<String, List<byte[]>> signatures = new TreeMap<>();
    List<LoadedKey> signers = keysFor(repositoryId);
    if (signers.isEmpty()) {
      return signatures;
    }
    String checksum = Hex.encode(Sha256.newDigest().digest(data));
    for (LoadedKey signer : signers) {
      if (!signer.isUsable()) {
        throw new KeysUnavailableException(signer.problem());
      }
      byte[] signature =
          remembered.get(
              new Signed(signer.identity(), checksum),
              ignored -> signer.key().sign(data, Instant.now()));
      signatures
          .computeIfAbsent(signer.kind().metadataKey(), ignored -> new ArrayList<>())
          .add(signature.clone());
    }
    return signatures;
  }

  /**
   * Names the set of keys that sign for the repository: another text when a key was added, retired
   * or removed, the same on every server; empty when no key is for the repository. What {@link
   * #sign} gave may be kept as long as this stays.
   */
  public String generation(long repositoryId) {
    List<LoadedKey> signers = keysFor(repositoryId);
    if (signers.isEmpty()) {
      return "";
    }
    MessageDigest digest = Sha256.newDigest();
    signers.stream()
        .map(LoadedKey::identity)
        .sorted()
        .forEach(identity -> digest.update((identity + "\n").getBytes(StandardCharsets.UTF_8)));
    return Hex.encode(Arrays.copyOf(digest.digest(), GENERATION_BYTES));
  }

  /** Returns what is wrong with keys that should sign; empty when all is well. */
  public List<String> problems() {
    return keys.list().stream().filter(key -> !key.isUsable()).map(LoadedKey::problem).toList();
  }

  private List<LoadedKey> keysFor(long repositoryId) {
    List<LoadedKey> all = keys.list();
    if (all.isEmpty()) {
      return all;
    }
    String name = name(repositoryId);
    return all.stream().filter(key -> key.repositories().matches(name)).toList();
  }

  /** A repository keeps its name. */
  private String name(long repositoryId) {
    String known = names.getIfPresent(repositoryId);
    if (known == null) {
      known = database.transact(session -> repositories.name(session, repositoryId));
      if (known == null) {
        throw new IllegalArgumentException("there is no repository with the id " + repositoryId);
      }
      names.put(repositoryId, known);
    }
    return known;
  }
}

package io.deltaport.image.keys;

import io.deltaport.image.RegistryException;
import io.deltaport.meta.Database;
import io.deltaport.meta.SigningKeys;
import io.deltaport.meta.SigningKeys.Row;
import io.deltaport.oci.ErrorCode;
import io.deltaport.sign.Ed25519Key;
import io.deltaport.sign.KeyFiles;
import io.deltaport.sign.KeyFormatException;
import io.deltaport.sign.KeyKind;
import io.deltaport.sign.OpenPgpGenerator;
import io.deltaport.sign.SigningKey;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;

/** Makes, imports, lists, rotates, retires and removes signing keys. Thread-safe. */
@ApplicationScoped
public class KeyRequests {
  private static final Logger LOG = Logger.getLogger(KeyRequests.class);

  /** Long enough to say what a key is for, and a file name everywhere. */
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");

  /** Words that stand where a name stands in the API's paths. */
  private static final Set<String> RESERVED = Set.of("public", "import");

  private static final Pattern NUMBERED = Pattern.compile("(.*)-([0-9]{1,6})");
  private static final Pattern USER_ID =
      Pattern.compile("[^\\p{Cntrl}<>()]+( <[^\\p{Cntrl}<>() ]+>)?");
  private static final int CONFLICT = 409;

  /** Which mathematics an OpenPGP key uses. */
  public enum Algorithm {
    ED25519,
    RSA4096
  }

  /**
   * How a new key is to be.
   *
   * @param repositories patterns; empty for the whole server
   * @param userId what an OpenPGP key says of its owner; empty for a text with the key's name
   */
  public record Wanted(
      String name,
      KeyKind kind,
      List<String> repositories,
      Optional<String> userId,
      Algorithm algorithm) {}

  private final Database database;
  private final SigningKeys rows;
  private final MasterKeys masters;
  private final ActiveKeys active;
  private final SecureRandom random = new SecureRandom();

  KeyRequests(Database database, SigningKeys rows, MasterKeys masters, ActiveKeys active) {
    this.database = database;
    this.rows = rows;
    this.masters = masters;
    this.active = active;
  }

  /** Returns all keys, those of the configuration last. */
  public List<KeyInfo> list() {
    List<LoadedKey> loaded = active.list();
    List<KeyInfo> keys = new ArrayList<>();
    for (Row row : database.transact(rows::list)) {
      keys.add(
          KeyInfo.of(
              row,
              loaded.stream()
                  .filter(key -> key.identity().equals(row.fingerprint()) && !key.isUsable())
                  .map(LoadedKey::problem)
                  .findFirst()
                  .orElse(null)));
    }
    for (LoadedKey key : loaded) {
      if (keys.stream().noneMatch(known -> known.name().equals(key.name()))) {
        keys.add(KeyInfo.external(key));
      }
    }
    return keys;
  }

  /** Returns the key of that name. */
  public KeyInfo find(String name) {
    return list().stream()
        .filter(key -> key.name().equals(name))
        .findFirst()
        .orElseThrow(
            () -> new RegistryException(ErrorCode.NAME_UNKNOWN, "there is no signing key " + name));
  }

  /** Returns the active keys of a kind that sign for a repository. */
  public List<KeyInfo> findFor(String repository, KeyKind kind) {
    return list().stream()
        .filter(key -> key.kind() == kind && key.isActive())
        .filter(key -> KeyPatterns.of(key.repositories()).matches(repository))
        .toList();
  }

  /** Makes a key, which signs from now on. */
  public KeyInfo create(Wanted wanted) throws IOException {
    check(wanted.name(), wanted.repositories());
    return add(wanted.name(), wanted.repositories(), generate(wanted));
  }

  /** Takes a private key that was made elsewhere; it signs from now on. */
  public KeyInfo importKey(String name, List<String> repositories, byte[] file, char[] passphrase)
      throws IOException {
    check(name, repositories);
    try {
      return add(name, repositories, KeyFiles.read(file, passphrase));
    } catch (KeyFormatException e) {
      throw bad(e.getMessage());
    }
  }

  /**
   * Makes a key of the same kind for the same repositories; both sign from now on.
   *
   * @param newName name of the new key; empty for the old one with the next number
   */
  public KeyInfo rotate(
      String name, Optional<String> newName, Optional<String> userId, Algorithm algorithm)
      throws IOException {
    KeyInfo old = stored(name);
    if (!old.isActive()) {
      throw conflict("the key " + name + " is retired; make a new one with create");
    }
    String next = newName.orElseGet(() -> nextName(name));
    return create(new Wanted(next, old.kind(), old.repositories(), userId, algorithm));
  }

  /**
   * Ends the signing of a key.
   *
   * @param force even when nothing else of its kind signs for its repositories
   */
  public KeyInfo retire(String name, boolean force) {
    KeyInfo key = stored(name);
    KeyPatterns patterns = KeyPatterns.of(key.repositories());
    boolean replaced =
        list().stream()
            .filter(other -> !other.name().equals(name) && other.kind() == key.kind())
            .filter(other -> other.isActive() && other.problem() == null)
            .anyMatch(other -> KeyPatterns.of(other.repositories()).cover(patterns));
    if (key.isActive() && !replaced && !force) {
      throw conflict(
          "the key %s is the last %s key for %s: devices that require such signatures would refuse"
                  .formatted(name, key.kind().label(), patterns.text())
              + " everything; rotate it first, or force it");
    }
    if (database.transact(session -> rows.retire(session, name)) > 0) {
      LOG.infof("Retired the signing key %s (%s)", name, key.fingerprint());
    }
    active.changed();
    return find(name);
  }

  /** Removes a retired key; nobody can bring it back. */
  public void remove(String name) {
    KeyInfo key = stored(name);
    if (key.isActive()) {
      throw conflict("the key " + name + " is active; retire it first");
    }
    database.transact(session -> rows.remove(session, name));
    LOG.infof("Removed the signing key %s (%s)", name, key.fingerprint());
  }

  private KeyInfo stored(String name) {
    KeyInfo key = find(name);
    if (key.external()) {
      throw conflict("the key " + name + " comes from the configuration; change it there");
    }
    return key;
  }

  private SigningKey generate(Wanted wanted) {
    if (wanted.kind() == KeyKind.ED25519) {
      return Ed25519Key.generate(random);
    }
    String userId = wanted.userId().orElse("Deltaport signing key " + wanted.name());
    if (userId.length() > OpenPgpGenerator.USER_ID_MAX_CHARS
        || !USER_ID.matcher(userId).matches()) {
      throw bad("the user id must be like \"Name <mail@example.com>\" or a plain text");
    }
    OpenPgpGenerator generator = new OpenPgpGenerator(random);
    return wanted.algorithm() == Algorithm.RSA4096
        ? generator.rsa(userId, Instant.now())
        : generator.ed25519(userId, Instant.now());
  }

  private KeyInfo add(String name, List<String> repositories, SigningKey key) throws IOException {
    MasterKey master =
        database.transact(rows::list).isEmpty() ? masters.getOrMake() : masters.get();
    String kind = key.kind().label();
    KeyPatterns patterns = patterns(repositories);
    Row row =
        new Row(
            name,
            kind,
            patterns.text(),
            "active",
            key.fingerprint(),
            key.publicKey(),
            master.seal(random, name, kind, key.encode()),
            master.id(),
            key.expires().orElse(null),
            null,
            null);
    switch (database.transactOnce(session -> rows.add(session, row))) {
      case DONE -> LOG.infof("Added the signing key %s (%s)", name, key);
      case NAME_TAKEN -> throw conflict("there is a signing key " + name + " already");
      case KNOWN -> throw conflict("this very key is there already, under another name");
      case OTHER_MASTER ->
          throw conflict(
              "other signing keys are encrypted with another master key than that of "
                  + masters.place());
      case FULL -> throw conflict("there are too many signing keys; remove some");
    }
    active.changed();
    return find(name);
  }

  private static KeyPatterns patterns(List<String> texts) {
    return KeyPatterns.of(texts.isEmpty() ? List.of(KeyPatterns.ALL) : texts);
  }

  private static void check(String name, List<String> repositories) {
    if (name == null || !NAME.matcher(name).matches() || RESERVED.contains(name)) {
      throw bad(
          "a key's name has lowercase letters, digits, dots, dashes and underscores only, at most 63,"
              + " and is neither public nor import");
    }
    if (!repositories.isEmpty() && !KeyPatterns.areValid(repositories)) {
      throw bad(
          "repositories must be at most 16 patterns like os/*, with at most 3 wildcards each");
    }
  }

  private static String nextName(String name) {
    Matcher numbered = NUMBERED.matcher(name);
    return numbered.matches()
        ? numbered.group(1) + "-" + (Integer.parseInt(numbered.group(2)) + 1)
        : name + "-2";
  }

  private static RegistryException bad(String message) {
    return new RegistryException(ErrorCode.UNSUPPORTED, 400, message);
  }

  private static RegistryException conflict(String message) {
    return new RegistryException(ErrorCode.DENIED, CONFLICT, message);
  }
}

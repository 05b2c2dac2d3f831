package io.deltaport.image.keys;

import io.deltaport.sign.KeyFiles;
import io.deltaport.sign.KeyFormatException;
import io.deltaport.sign.SigningKey;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keys that the configuration names. They sign, and never enter the database; each is read once,
 * and again until that works. Thread-safe.
 */
@ApplicationScoped
class ExternalKeys {
  /** Longer passphrases are other files, named by mistake. */
  private static final int PASSPHRASE_MAX_BYTES = 4096;

  private final List<KeySettings.External> settings;
  private final ConcurrentHashMap<KeySettings.External, LoadedKey> loaded =
      new ConcurrentHashMap<>();

  ExternalKeys(KeySettings settings) {
    this.settings = settings.external();
  }

  List<LoadedKey> list() {
    return settings.stream().map(this::load).toList();
  }

  private LoadedKey load(KeySettings.External external) {
    LoadedKey known = loaded.get(external);
    if (known != null) {
      return known;
    }
    boolean valid = KeyPatterns.areValid(external.repositories());
    // With bad patterns nobody knows what the key is for: better too many than too few.
    KeyPatterns repositories =
        KeyPatterns.of(valid ? external.repositories() : List.of(KeyPatterns.ALL));
    String name = external.name();
    try {
      if (!valid) {
        throw new KeysUnavailableException("the repositories of this key are no proper patterns");
      }
      SigningKey key = KeyFiles.read(secret(external), passphrase(external));
      LoadedKey usable = LoadedKey.usable(name, repositories, key);
      loaded.put(external, usable);
      return usable;
    } catch (KeyFormatException | KeysUnavailableException e) {
      String problem =
          "the external key "
              + name
              + " cannot be used: "
              + e.getMessage()
              + "; see deltaport.keys.external";
      return new LoadedKey(name, null, repositories, name, null, problem);
    }
  }

  private static byte[] secret(KeySettings.External external) {
    return value(external.file(), external.environment(), KeyFiles.FILE_MAX_BYTES)
        .orElseThrow(() -> new KeysUnavailableException("neither file nor environment is set"));
  }

  private static char[] passphrase(KeySettings.External external) {
    return value(external.passphraseFile(), external.passphraseEnvironment(), PASSPHRASE_MAX_BYTES)
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8).stripTrailing().toCharArray())
        .orElse(new char[0]);
  }

  private static Optional<byte[]> value(
      Optional<String> file, Optional<String> environment, int bytesMax) {
    if (file.isPresent()) {
      try (var in = Files.newInputStream(Path.of(file.get()))) {
        return Optional.of(in.readNBytes(bytesMax + 1));
      } catch (IOException e) {
        throw new KeysUnavailableException("the file cannot be read: " + e, e);
      }
    }
    if (environment.isPresent()) {
      String text = System.getenv(environment.get());
      if (text == null) {
        throw new KeysUnavailableException("there is no environment variable " + environment.get());
      }
      return Optional.of(text.getBytes(StandardCharsets.UTF_8));
    }
    return Optional.empty();
  }
}

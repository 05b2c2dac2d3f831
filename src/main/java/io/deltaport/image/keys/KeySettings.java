package io.deltaport.image.keys;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.List;
import java.util.Optional;

/** The settings below {@code deltaport.keys}. */
@ConfigMapping(prefix = "deltaport.keys")
interface KeySettings {
  /** File with the master key; without it the data folder's {@code keys.secret}. */
  Optional<String> masterFile();

  /** The master key itself, meant for the environment: 64 hexadecimal digits. */
  Optional<String> master();

  /** Keys that never enter the database. */
  List<External> external();

  /** A key from a file or an environment variable. */
  interface External {
    /** How lists call it. */
    String name();

    /** File with the private key. */
    Optional<String> file();

    /** Environment variable with the private key as text. */
    Optional<String> environment();

    /** File with the passphrase. */
    Optional<String> passphraseFile();

    /** Environment variable with the passphrase. */
    Optional<String> passphraseEnvironment();

    /** Patterns of repository names. */
    @WithDefault("**")
    List<String> repositories();
  }
}

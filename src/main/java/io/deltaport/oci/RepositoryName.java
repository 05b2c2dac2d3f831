package io.deltaport.oci;

import java.util.regex.Pattern;

/**
 * The rule for repository names.
 *
 * @see <a
 *     href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests">distribution
 *     specification</a>
 */
public final class RepositoryName {
  /** The specification lets a registry limit host and name together to 255 characters. */
  public static final int LENGTH_MAX = 255;

  private static final Pattern FORM =
      Pattern.compile(
          "[a-z0-9]++(?:(?:\\.|_|__|-++)[a-z0-9]++)*+(?:/[a-z0-9]++(?:(?:\\.|_|__|-++)[a-z0-9]++)*+)*+");

  private RepositoryName() {}

  /** Says whether {@code name} may name a repository. */
  public static boolean isValid(String name) {
    return name.length() <= LENGTH_MAX && FORM.matcher(name).matches();
  }
}

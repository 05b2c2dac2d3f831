package io.deltaport.store.driver;

import io.deltaport.oci.Digest;
import io.deltaport.store.driver.StoredContent.Kind;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Draws the whole on-disk tree of a store; no other class builds a key.
 *
 * <pre>
 * blobs/sha256/ab/&lt;hex&gt;             raw blobs by digest, as pushed
 * packs/ab/&lt;hex&gt;.pack               OSTree objects, named by the pack's own SHA-256
 * recipes/sha256/ab/&lt;hex&gt;.recipe    how a layer is rebuilt, by diff_id
 * blob-recipes/sha256/ab/&lt;hex&gt;.blob-recipe
 *                                  how a blob is made of its layer's tar, by the blob's digest
 * quarantine/&lt;finding&gt;/&lt;key&gt;      damaged files, the slashes of their keys as dots
 * pending/&lt;name&gt;                    files that are being written and outlive the process
 * temp/&lt;owner&gt;/&lt;number&gt;             files that are being written and end with the process
 * temp/&lt;owner&gt;.lock                 held for as long as the owner lives
 * </pre>
 *
 * <p>{@code ab} stands for the first two digits of the name, which keeps folders small. The last
 * three rows belong to the filesystem driver and are never keys.
 */
public final class StoreLayout {
  /** Prefix of the keys of raw blobs, for {@link Driver#list}. */
  public static final String BLOBS = "blobs/";

  /** Prefix of the keys of packs. */
  public static final String PACKS = "packs/";

  /** Prefix of the keys of recipes. */
  public static final String RECIPES = "recipes/";

  /** Prefix of the keys of blob recipes. */
  public static final String BLOB_RECIPES = "blob-recipes/";

  /** Prefix of the keys of damaged files. */
  public static final String QUARANTINE = "quarantine/";

  /** Folder of named files in the making. */
  static final String PENDING = "pending";

  /** Folder of anonymous files in the making. */
  static final String TEMP = "temp";

  /** Longest key: bounded so that it fits every filesystem and bucket. */
  static final int KEY_MAX_CHARS = 512;

  private static final String PACK_SUFFIX = ".pack";
  private static final String RECIPE_SUFFIX = ".recipe";
  private static final String BLOB_RECIPE_SUFFIX = ".blob-recipe";
  private static final int FAN_OUT_DIGITS = 2;
  private static final Pattern PACK_ID = Pattern.compile("[0-9a-f]{64}");
  // 200 characters for a segment stay below the 255 that filesystems allow.
  private static final String SEGMENT = "[a-z0-9][a-z0-9._-]{0,199}";
  private static final Pattern NAME = Pattern.compile(SEGMENT);
  private static final Pattern KEY = Pattern.compile(SEGMENT + "(/" + SEGMENT + ")*");

  private StoreLayout() {}

  /** Returns the key of a raw blob. */
  public static String blob(Digest digest) {
    return BLOBS + fanOut(digest);
  }

  /**
   * Returns the key of a pack.
   *
   * @param pack the pack's SHA-256, 64 lowercase digits
   */
  public static String pack(String pack) {
    if (!PACK_ID.matcher(pack).matches()) {
      throw new IllegalArgumentException("a pack is named by 64 lowercase hexadecimal digits");
    }
    return PACKS + pack.substring(0, FAN_OUT_DIGITS) + "/" + pack + PACK_SUFFIX;
  }

  /** Returns the key of the recipe for the layer whose uncompressed tar has this digest. */
  public static String recipe(Digest diffId) {
    return RECIPES + fanOut(diffId) + RECIPE_SUFFIX;
  }

  /** Returns the key of the recipe that makes a blob of its layer's tar. */
  public static String blobRecipe(Digest blob) {
    return BLOB_RECIPES + fanOut(blob) + BLOB_RECIPE_SUFFIX;
  }

  /**
   * Returns the key under which a damaged file is kept aside.
   *
   * @param finding number of the finding that tells what is wrong with it
   * @param key where the file was
   */
  public static String quarantine(long finding, String key) {
    return QUARANTINE + finding + "/" + checkKey(key).replace('/', '.');
  }

  /** Returns what the file under {@code key} is; empty when no method here draws such a key. */
  public static Optional<StoredContent> content(String key) {
    String name = key.substring(key.lastIndexOf('/') + 1);
    if (key.startsWith(PACKS) && name.endsWith(PACK_SUFFIX)) {
      String id = name.substring(0, name.length() - PACK_SUFFIX.length());
      return PACK_ID.matcher(id).matches() && pack(id).equals(key)
          ? Optional.of(new StoredContent(Kind.PACK, id))
          : Optional.empty();
    }
    return Stream.of(Kind.RECIPE, Kind.BLOB_RECIPE, Kind.BLOB)
        .flatMap(kind -> content(key, name, kind).stream())
        .findFirst();
  }

  private static Optional<StoredContent> content(String key, String name, Kind kind) {
    String suffix =
        switch (kind) {
          case RECIPE -> RECIPE_SUFFIX;
          case BLOB_RECIPE -> BLOB_RECIPE_SUFFIX;
          default -> "";
        };
    String[] segments = key.split("/", -1);
    if (segments.length < 2 || !name.endsWith(suffix)) {
      return Optional.empty();
    }
    String hex = name.substring(0, name.length() - suffix.length());
    return Digest.tryParse(segments[1] + ":" + hex)
        .filter(digest -> key.equals(key(kind, digest)))
        .map(digest -> new StoredContent(kind, digest.toString()));
  }

  private static String key(Kind kind, Digest digest) {
    return switch (kind) {
      case RECIPE -> recipe(digest);
      case BLOB_RECIPE -> blobRecipe(digest);
      default -> blob(digest);
    };
  }

  private static String fanOut(Digest digest) {
    String hex = digest.hex();
    return digest.algorithm() + "/" + hex.substring(0, FAN_OUT_DIGITS) + "/" + hex;
  }

  /**
   * Returns {@code key} when a driver may store a file under it.
   *
   * @throws IllegalArgumentException if it could leave the store or meet the driver's own files
   */
  static String checkKey(String key) {
    boolean valid =
        key.length() <= KEY_MAX_CHARS
            && KEY.matcher(key).matches()
            && !isBelow(key, PENDING)
            && !isBelow(key, TEMP);
    if (!valid) {
      throw new IllegalArgumentException("not a key of the store");
    }
    return key;
  }

  /**
   * Returns {@code prefix} when a driver may list below it: a key and a slash.
   *
   * @throws IllegalArgumentException if it is none
   */
  static String checkPrefix(String prefix) {
    if (!prefix.endsWith("/")) {
      throw new IllegalArgumentException("a prefix ends in a slash");
    }
    checkKey(prefix.substring(0, prefix.length() - 1));
    return prefix;
  }

  /**
   * Returns {@code name} when a pending file may have it.
   *
   * @throws IllegalArgumentException if it is no single plain path segment
   */
  static String checkName(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("not a name for a pending file");
    }
    return name;
  }

  private static boolean isBelow(String key, String folder) {
    return key.equals(folder) || key.startsWith(folder + "/");
  }
}

package io.deltaport.ostree.staticdelta;

import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.OstreeFormatException;
import java.util.Base64;
import java.util.Optional;

/**
 * Names a static delta by its commits, and its files in a repository.
 *
 * <p>In paths a checksum is base64 without padding and with {@code _} instead of {@code /}, 43
 * characters, after the first two of which a slash stands: {@code deltas/xx/yyy...-zzz.../}. Sample
 * of a text: {@code <64 digits>-<64 digits>}, or {@code <64 digits>} for a delta from nothing.
 *
 * @param from the commit that a device has, empty for a delta from nothing
 * @param to the commit that it gets
 */
public record DeltaName(Optional<Checksum> from, Checksum to) {
  private static final String FOLDER = "deltas/";
  private static final String INDEX_FOLDER = "delta-indexes/";
  private static final String INDEX_SUFFIX = ".index";
  private static final int CHECKSUM_DIGITS = 64;

  /** Characters of a checksum that are a folder of their own. */
  private static final int PREFIX_LENGTH = 2;

  /**
   * Reads a text as summaries and {@code ostree static-delta list} have it.
   *
   * @throws OstreeFormatException if it is no name
   */
  public static DeltaName parse(String text) throws OstreeFormatException {
    try {
      if (text.length() == CHECKSUM_DIGITS) {
        return new DeltaName(Optional.empty(), Checksum.parse(text));
      }
      if (text.length() == 2 * CHECKSUM_DIGITS + 1 && text.charAt(CHECKSUM_DIGITS) == '-') {
        return new DeltaName(
            Optional.of(Checksum.parse(text.substring(0, CHECKSUM_DIGITS))),
            Checksum.parse(text.substring(CHECKSUM_DIGITS + 1)));
      }
    } catch (IllegalArgumentException e) {
      // told below
    }
    throw new OstreeFormatException("not the name of a static delta");
  }

  /** Returns the name as summaries have it. */
  public String text() {
    return from.map(checksum -> checksum.hex() + '-').orElse("") + to.hex();
  }

  /** Returns the folder of the delta, relative to the repository and without a slash at its end. */
  public String folder() {
    return FOLDER
        + from.map(checksum -> split(checksum) + '-' + base64(to)).orElseGet(() -> split(to));
  }

  /** Returns the path of the superblock, relative to the repository. */
  public String superblockPath() {
    return folder() + "/superblock";
  }

  /** Returns the path of a part, relative to the repository; the first has the number 0. */
  public String partPath(int number) {
    return folder() + '/' + number;
  }

  /** Returns the key of the target's detached metadata in the superblock's metadata. */
  public String detachedMetadataKey() {
    return folder() + "/commitmeta";
  }

  /** Returns the path of the index of all deltas to a commit, relative to the repository. */
  public static String indexPath(Checksum to) {
    return INDEX_FOLDER + split(to) + INDEX_SUFFIX;
  }

  private static String split(Checksum checksum) {
    String text = base64(checksum);
    return text.substring(0, PREFIX_LENGTH) + '/' + text.substring(PREFIX_LENGTH);
  }

  /** Returns the checksum as paths have it. */
  static String base64(Checksum checksum) {
    return Base64.getEncoder().withoutPadding().encodeToString(checksum.bytes()).replace('/', '_');
  }

  @Override
  public String toString() {
    return text();
  }
}

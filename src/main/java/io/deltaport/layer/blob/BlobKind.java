package io.deltaport.layer.blob;

import io.deltaport.util.ByteSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * One way in which blobs are made of tars. Thread-safe.
 *
 * <p>A kind may be wrong about a blob: nothing counts before the whole blob was made again from
 * what is durable and its digest compared. A kind must never hang, take memory that grows with the
 * blob, or fail with anything but an IOException, whatever blob or payload it is given.
 */
public interface BlobKind {
  /** Returns the number that stands in blob recipes, the same for ever: 1 to 65,535. */
  int code();

  /** Returns the kind's name for people, one lower-case word. */
  String name();

  /**
   * Says whether {@link #open} comes to any offset without making what lies before it. Parts of
   * other blobs are made by making the whole blob once.
   */
  boolean isSeekable();

  /**
   * Finds out how a blob was made.
   *
   * @param blob the blob as it was pushed
   * @param tar what it expands to
   * @param payload where to write what {@link #open} needs beside the tar; what was written counts
   *     only when this returns true
   * @return false when this kind cannot make the blob, or only with a payload that is not worth it
   * @throws IOException if the blob or the tar cannot be read or the payload not be written
   */
  boolean describe(ByteSource blob, ByteSource tar, OutputStream payload) throws IOException;

  /**
   * Makes a blob.
   *
   * @param recipe what {@link #describe} found out
   * @param offset the first byte of the blob to hand out, 0 to {@link BlobRecipe#blobLength}
   * @return the blob from there to its end; whoever needs less closes it earlier, and what was read
   *     is right only when closing it does not fail. It must close what it opened of the tar
   * @throws BlobRecipeException if the payload makes no sense; also when reading
   */
  InputStream open(BlobRecipe recipe, ByteSource tar, long offset) throws IOException;
}

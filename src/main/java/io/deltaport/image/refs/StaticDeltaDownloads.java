package io.deltaport.image.refs;

import io.deltaport.image.BlobStore;
import io.deltaport.image.RegistryException;
import io.deltaport.image.keys.Signatures;
import io.deltaport.meta.Database;
import io.deltaport.meta.StaticDeltas;
import io.deltaport.meta.StaticDeltas.DeltaFile;
import io.deltaport.meta.StaticDeltas.Listed;
import io.deltaport.oci.Digest;
import io.deltaport.oci.ErrorCode;
import io.deltaport.ostree.staticdelta.SignedFrame;
import io.deltaport.ostree.staticdelta.Superblock;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/**
 * Static deltas as single files, for {@code ostree static-delta apply-offline} and {@code cfsctl
 * ostree apply-delta}. Thread-safe.
 *
 * <p>The target's commit has its signatures in the file, as in what is served. The file is signed
 * as a whole, too, when there is a key of a kind that libostree knows for this. Signing takes the
 * file into memory, so a longer one has the commit's signatures alone.
 */
@ApplicationScoped
public class StaticDeltaDownloads {
  /** Longest file that is signed as a whole: it is in memory then, an eighth of the heap. */
  private static final long SIGNED_BYTES_MAX = 64 << 20;

  /** What libostree's engines for signatures of deltas are called: OpenPGP is none of them. */
  private static final String ENGINES = "ostree.sign.";

  private final Database database;
  private final StaticDeltas deltas;
  private final StaticDeltaSuperblocks superblocks;
  private final Signatures signatures;
  private final BlobStore blobs;

  /** Files that are signed at once: the memory of one is what there is. */
  private final Semaphore signing = new Semaphore(1);

  StaticDeltaDownloads(
      Database database,
      StaticDeltas deltas,
      StaticDeltaSuperblocks superblocks,
      Signatures signatures,
      BlobStore blobs) {
    this.database = database;
    this.deltas = deltas;
    this.superblocks = superblocks;
    this.signatures = signatures;
    this.blobs = blobs;
  }

  /** Writes a file's bytes. */
  @FunctionalInterface
  public interface Body {
    /** Writes all of them. */
    void write(OutputStream out) throws IOException;
  }

  /** A file that is written when it is asked for. */
  public record Download(long lengthBytes, Body body) {}

  /**
   * Begins a file; empty when there is no such delta.
   *
   * @throws RegistryException if the delta needs objects that are not in it
   * @throws io.deltaport.image.keys.KeysUnavailableException if a key should sign and cannot
   */
  public Optional<Download> open(Listed delta) throws IOException {
    List<DeltaFile> files = database.transact(session -> deltas.files(session, delta.id()));
    if (files.isEmpty()) {
      return Optional.empty();
    }
    Superblock superblock = superblocks.read(delta, files.getFirst());
    int fallbacks = superblock.fallbacks().size();
    if (fallbacks > 0) {
      throw new RegistryException(
          ErrorCode.UNSUPPORTED,
          409,
          ("the static delta %d leaves %d large objects to be fetched one by one, so it is no file"
                  + " of its own; pull it from the remote")
              .formatted(delta.id(), fallbacks));
    }
    var file = new io.deltaport.ostree.staticdelta.DeltaFile(superblock);
    Body plain =
        out -> file.write(part -> blobs.open(Digest.parse(files.get(part + 1).digest())), out);
    boolean signs = !signatures.generation(delta.repositoryId()).isEmpty();
    if (signs && file.length() <= SIGNED_BYTES_MAX) {
      return Optional.of(signed(delta.repositoryId(), plain, file.length()));
    }
    return Optional.of(new Download(file.length(), plain));
  }

  private Download signed(long repositoryId, Body plain, long lengthBytes) throws IOException {
    Map<String, List<byte[]>> ours = new LinkedHashMap<>();
    signing.acquireUninterruptibly();
    try {
      byte[] content = new byte[Math.toIntExact(lengthBytes)];
      plain.write(new ArrayOutput(content));
      ours.putAll(signatures.sign(repositoryId, content));
    } finally {
      signing.release();
    }
    ours.keySet().removeIf(key -> !key.startsWith(ENGINES));
    if (ours.isEmpty()) {
      return new Download(lengthBytes, plain);
    }
    SignedFrame frame = SignedFrame.around(lengthBytes, ours);
    return new Download(
        lengthBytes + frame.length(),
        out -> {
          out.write(frame.head());
          plain.write(out);
          out.write(frame.tail());
        });
  }

  /** Fills an array, without the copies that a growing one takes. */
  private static final class ArrayOutput extends OutputStream {
    private final ByteBuffer bytes;

    ArrayOutput(byte[] array) {
      bytes = ByteBuffer.wrap(array);
    }

    @Override
    public void write(int one) {
      bytes.put((byte) one);
    }

    @Override
    public void write(byte[] some, int offset, int length) {
      bytes.put(some, offset, length);
    }
  }
}

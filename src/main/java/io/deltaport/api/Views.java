package io.deltaport.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import io.deltaport.image.StaticDeltaRequests;
import io.deltaport.job.JobEntity;
import io.deltaport.meta.Deltas;
import io.deltaport.meta.Images;
import io.deltaport.meta.StaticDeltas;
import io.deltaport.oci.Manifest;
import io.deltaport.oci.OciFormatException;
import io.deltaport.oci.OciParser;
import java.time.Instant;
import java.util.List;

/** The JSON objects of the API. Fields without a value are left out. */
public final class Views {
  private Views() {}

  /** Three digits are enough for people. */
  static Double share(long size, long fullSize) {
    return fullSize == 0 ? null : Math.round(1000.0 * size / fullSize) / 1000.0;
  }

  /** A page of images; {@code next} is the {@code last} of the next page. */
  @JsonInclude(Include.NON_NULL)
  public record ImagePage(List<ImageView> images, String next) {}

  /** A tagged image. */
  @JsonInclude(Include.NON_NULL)
  public record ImageView(
      String repository,
      String tag,
      String digest,
      String mediaType,
      Long size,
      String state,
      String reason,
      String commit,
      String tree,
      Instant created) {
    static ImageView of(Images.Listed image) {
      return new ImageView(
          image.repository(),
          image.tag(),
          image.digest(),
          image.mediaType(),
          size(image),
          image.state(),
          image.reason(),
          image.commit(),
          image.tree(),
          image.pushedAt());
    }

    private static Long size(Images.Listed image) {
      try {
        Manifest manifest = OciParser.manifest(image.content(), image.mediaType());
        return manifest.isIndex() ? null : manifest.totalBytes();
      } catch (OciFormatException e) {
        throw new IllegalStateException("the stored manifest " + image.digest() + " is bad", e);
      }
    }
  }

  /** A page of deltas; {@code next} is the {@code last} of the next page. */
  @JsonInclude(Include.NON_NULL)
  public record DeltaPage(List<DeltaView> deltas, String next) {}

  /**
   * A published delta: an artifact with a digest between two images, or a static delta with an id
   * and a file between two commits; {@code from} is missing when it starts from nothing.
   */
  @JsonInclude(Include.NON_NULL)
  public record DeltaView(
      Long id,
      String repository,
      String from,
      String to,
      String fromTag,
      String toTag,
      String digest,
      long size,
      long fullSize,
      Double ratio,
      Integer parts,
      String format,
      String effort,
      String file,
      Instant created) {
    static DeltaView of(Deltas.Listed delta) {
      return new DeltaView(
          null,
          delta.repository(),
          delta.source(),
          delta.target(),
          delta.sourceTag(),
          delta.targetTag(),
          delta.artifact(),
          delta.sizeBytes(),
          delta.fullBytes(),
          share(delta.sizeBytes(), delta.fullBytes()),
          null,
          delta.format(),
          delta.effort(),
          null,
          delta.createdAt());
    }

    static DeltaView of(StaticDeltas.Listed delta) {
      return new DeltaView(
          delta.id(),
          delta.repository(),
          delta.source(),
          delta.target(),
          delta.sourceRef(),
          delta.targetRef(),
          null,
          delta.sizeBytes(),
          delta.fullBytes(),
          share(delta.sizeBytes(), delta.fullBytes()),
          delta.parts(),
          StaticDeltaRequests.FORMAT,
          delta.effort(),
          StaticDeltaResource.path(delta.id()) + "/file",
          delta.createdAt());
    }
  }

  /**
   * What is asked for: two images of a repository, each by tag or digest. For the format {@code
   * ostree} refs and checksums of commits are taken, too, and {@code from} may be missing. The
   * effort may be missing, too.
   */
  @JsonInclude(Include.NON_NULL)
  public record DeltaRequest(
      String repository, String from, String to, String format, String effort) {}

  /** Jobs, newest first. */
  public record JobPage(List<JobView> jobs) {}

  /** What shall be different about a job. */
  public record JobChange(String priority) {}

  /**
   * A piece of durable work. The percentage and the seconds that remain are those of its stage, and
   * are missing where nobody knows.
   */
  @JsonInclude(Include.NON_NULL)
  public record JobView(
      String id,
      String kind,
      String repository,
      String subject,
      String state,
      Boolean cancelling,
      String priority,
      String effort,
      String stage,
      Long done,
      Long total,
      Integer percent,
      Long remainingSeconds,
      String error,
      String result,
      Instant created,
      Instant started,
      Instant ended) {
    static JobView of(JobEntity job) {
      boolean runs = job.state.equals("running");
      return new JobView(
          job.id.toString(),
          job.kind,
          job.repository,
          job.source == null ? job.target : job.source + " -> " + job.target,
          job.state,
          (runs && job.cancelling) ? true : null,
          job.priorityName().text(),
          job.effort,
          job.stage,
          job.doneUnits,
          job.totalUnits,
          runs ? JobTimes.percent(job) : null,
          runs ? JobTimes.remainingSeconds(job) : null,
          job.error,
          job.result,
          job.createdAt,
          job.startedAt,
          job.endedAt);
    }
  }
}

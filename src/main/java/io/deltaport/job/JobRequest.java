package io.deltaport.job;

/**
 * Work that is asked for.
 *
 * @param source digest of an image or checksum of a commit, where the work goes from one to
 *     another; the tag that is restacked; else null
 * @param target digest of an image, checksum of a commit, or what else the kind is about
 * @param priority when it comes
 * @param requested whether somebody asked for it by name, rather than a rule
 * @param effort how hard a delta is made small, or null for what the server is set to
 */
public record JobRequest(
    JobKind kind,
    String repository,
    String source,
    String target,
    JobPriority priority,
    boolean requested,
    String effort) {

  /** Returns work that follows from something else. */
  public static JobRequest of(JobKind kind, String repository, String source, String target) {
    return new JobRequest(kind, repository, source, target, JobPriority.NORMAL, false, null);
  }

  /** Returns the same work with another priority. */
  public JobRequest withPriority(JobPriority value) {
    return new JobRequest(kind, repository, source, target, value, requested, effort);
  }

  /** Returns the same work with an effort, or null. */
  public JobRequest withEffort(String value) {
    return new JobRequest(kind, repository, source, target, priority, requested, value);
  }

  /** Returns the same work as somebody asks for it who waits. */
  public JobRequest byName() {
    return new JobRequest(kind, repository, source, target, JobPriority.HIGH, true, effort);
  }
}

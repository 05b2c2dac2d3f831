package io.deltaport.job;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;

/** A piece of durable work as people see it. */
@Entity
@Table(name = "job")
public class JobEntity {
  @Id public UUID id;

  /** What {@link JobKind#text} gives. */
  public String kind;

  public String repository;

  /** Digest of the source manifest of a delta, checksum of the source commit, else null. */
  public String source;

  /** Digest of the manifest, or checksum of the commit, that the job is about. */
  public String target;

  /** {@code queued}, {@code running}, {@code done}, {@code failed} or {@code cancelled}. */
  public String state;

  public String stage;

  @Column(name = "done_units")
  public Long doneUnits;

  @Column(name = "total_units")
  public Long totalUnits;

  public String error;

  /** What the job made: a digest. */
  public String result;

  @Column(name = "created_at")
  public Instant createdAt;

  @Column(name = "started_at")
  public Instant startedAt;

  @Column(name = "ended_at")
  public Instant endedAt;
}

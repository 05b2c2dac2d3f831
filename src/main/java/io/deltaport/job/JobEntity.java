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

  /** Digest of a delta's source manifest, checksum of its commit, tag to restack, else null. */
  public String source;

  /** Digest of the manifest, or checksum of the commit, that the job is about. */
  public String target;

  /** {@code queued}, {@code running}, {@code done}, {@code failed} or {@code cancelled}. */
  public String state;

  /** The higher, the sooner: a value of {@link JobPriority}. */
  public int priority;

  /** Whether somebody asked for it by name, rather than a rule. */
  public boolean requested;

  /** How hard a delta is made small, or null for what the server is set to. */
  public String effort;

  /** Whether it shall end before it is done. */
  public boolean cancelling;

  public String stage;

  /** When the stage began. */
  @Column(name = "stage_at")
  public Instant stageAt;

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

  /** When anything of this changed last. */
  @Column(name = "changed_at")
  public Instant changedAt;

  /** Returns how urgent it is. */
  public JobPriority priorityName() {
    return JobPriority.of(priority);
  }

  /** Says whether nothing will come of it any more but what is there. */
  public boolean hasEnded() {
    return endedAt != null;
  }
}

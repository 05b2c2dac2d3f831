package io.deltaport.meta;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** A published delta from one image to another of the same repository. */
@Entity
@Table(name = "delta")
public class DeltaEntity {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  public Long id;

  @Column(name = "repository_id")
  public long repositoryId;

  @Column(name = "source_digest")
  public String sourceDigest;

  @Column(name = "target_digest")
  public String targetDigest;

  public String format;

  @Column(name = "artifact_digest")
  public String artifactDigest;

  @Column(name = "size_bytes")
  public long sizeBytes;

  /** What a device without any layer would fetch instead. */
  @Column(name = "full_bytes")
  public long fullBytes;

  /** How hard it was made small, or null when nobody knows. */
  public String effort;

  @Column(name = "created_at")
  public Instant createdAt;
}

package io.deltaport.meta;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** A manifest or index, its bytes verbatim. */
@Entity
@Table(name = "manifest")
public class ManifestEntity {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  public Long id;

  @Column(name = "repository_id")
  public long repositoryId;

  public String digest;

  @Column(name = "media_type")
  public String mediaType;

  @Column(name = "artifact_type")
  public String artifactType;

  @Column(name = "config_digest")
  public String configDigest;

  public String subject;

  /** JSON object of string to string, or null. */
  public String annotations;

  public byte[] content;

  public boolean image;

  @Column(name = "pushed_at")
  public Instant pushedAt;
}

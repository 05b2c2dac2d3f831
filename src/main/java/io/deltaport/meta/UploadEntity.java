package io.deltaport.meta;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.UUID;

/** An upload session. */
@Entity
@Table(name = "upload")
public class UploadEntity {
  @Id public UUID id;

  @Column(name = "repository_id")
  public long repositoryId;

  /** Bytes that are durable on disk: where a client resumes. */
  @Column(name = "offset_bytes")
  public long offsetBytes;
}

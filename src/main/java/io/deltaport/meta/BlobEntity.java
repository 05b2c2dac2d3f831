package io.deltaport.meta;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** A stored blob; which repositories may see it stands in {@code repository_blob}. */
@Entity
@Table(name = "blob")
public class BlobEntity {
  @Id public String digest;

  @Column(name = "size_bytes")
  public long sizeBytes;

  @Column(name = "leased_until")
  public Instant leasedUntil;
}

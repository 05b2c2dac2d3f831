package io.deltaport.meta;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** A name that points at one manifest of its repository. */
@Entity
@Table(name = "tag")
public class TagEntity {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  public Long id;

  @Column(name = "repository_id")
  public long repositoryId;

  public String name;

  @Column(name = "manifest_id")
  public long manifestId;

  @Column(name = "updated_at")
  public Instant updatedAt;
}

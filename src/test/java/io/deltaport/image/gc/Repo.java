package io.deltaport.image.gc;

import io.deltaport.meta.gc.RepositoryContent;
import io.deltaport.meta.gc.RepositoryContent.Child;
import io.deltaport.meta.gc.RepositoryContent.Manifest;
import java.util.ArrayList;
import java.util.List;

/** A repository that a test makes up; words stand for digests. The first tag was pushed last. */
final class Repo {
  private final List<RepositoryContent.Tag> tags = new ArrayList<>();
  private final List<Manifest> manifests = new ArrayList<>();
  private final List<Child> children = new ArrayList<>();
  private final List<RepositoryContent.Delta> deltas = new ArrayList<>();

  RetentionPlan plan(RetentionRule rule) {
    return RetentionPlan.of(
        new RepositoryContent(1, "os", tags, manifests, children, deltas), rule);
  }

  Repo manifest(String digest) {
    return add(digest, null, false, null);
  }

  Repo tag(String name, String digest) {
    return tag(name, digest, false);
  }

  Repo youngTag(String name, String digest) {
    return tag(name, digest, true);
  }

  /** A manifest with a tag of the same name. */
  Repo tagged(String name) {
    return manifest(name).tag(name, name);
  }

  Repo young(String digest) {
    return add(digest, null, true, null);
  }

  Repo pulled(String digest, int daysAgo) {
    return add(digest, null, false, daysAgo);
  }

  Repo referrer(String digest, String subject) {
    return add(digest, subject, false, null);
  }

  Repo child(String index, String digest) {
    children.add(new Child(index, digest));
    return this;
  }

  /** A delta whose artifact is named {@code source-target}. */
  Repo delta(String source, String target) {
    String artifact = source + "-" + target;
    deltas.add(new RepositoryContent.Delta(source, target, artifact));
    return referrer(artifact, target);
  }

  Repo pulledArtifact(String digest, String subject, int daysAgo) {
    manifests.removeIf(manifest -> manifest.digest().equals(digest));
    return add(digest, subject, false, daysAgo);
  }

  private Repo tag(String name, String digest, boolean young) {
    tags.add(new RepositoryContent.Tag(tags.size(), name, digest, 0, young));
    return this;
  }

  private Repo add(String digest, String subject, boolean young, Integer pulledDaysAgo) {
    manifests.add(new Manifest(manifests.size(), digest, subject, young, pulledDaysAgo));
    return this;
  }
}

package io.deltaport.ostree.repo;

import io.deltaport.ostree.Checksum;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedMap;

/** The files of a repository, wherever they are. Thread-safe. */
public interface RepoFiles {
  /**
   * Opens a file.
   *
   * @param path relative to the repository, such as {@code objects/ab/cd.commit}
   * @throws NoSuchFileException if there is none
   */
  InputStream open(String path) throws IOException;

  /** Returns the file on this machine, where the repository is here. */
  Optional<Path> local(String path);

  /** Returns the commits of all refs that can be listed, by name. */
  SortedMap<String, Checksum> refs() throws IOException;

  /** Returns the commit of one ref, or nothing. */
  Optional<Checksum> ref(String name) throws IOException;
}

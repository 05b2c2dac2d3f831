package io.deltaport.image.rebuild;

import io.deltaport.store.driver.Driver;
import io.deltaport.store.driver.StoreLayout;
import io.deltaport.store.driver.StoredContent;
import io.deltaport.store.driver.StoredFile;
import io.deltaport.util.Progress;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Goes over the files of one folder of the store, page by page. Not thread-safe. */
final class StoredFiles {
  private static final int PAGE_FILES = 500;

  /** Does something with one file. */
  @FunctionalInterface
  interface Visitor {
    /** Takes a file by its key and by the name that its row would have. */
    void visit(StoredFile file, String name) throws IOException;
  }

  private final Driver driver;
  private final Progress progress;

  StoredFiles(Driver driver, Progress progress) {
    this.driver = driver;
    this.progress = progress;
  }

  /**
   * Visits every file below {@code prefix} whose key is one that the store gives.
   *
   * @param stage what the progress hears
   */
  void each(String prefix, String stage, Visitor visitor) throws IOException {
    String last = "";
    List<StoredFile> page;
    long bytes = 0;
    do {
      page = driver.list(prefix, last, PAGE_FILES);
      for (StoredFile file : page) {
        Optional<StoredContent> content = StoreLayout.content(file.key());
        if (content.isPresent()) {
          visitor.visit(file, content.get().name());
        }
        bytes += file.lengthBytes();
        progress.update(stage, bytes, -1);
        last = file.key();
      }
    } while (page.size() == PAGE_FILES);
  }
}

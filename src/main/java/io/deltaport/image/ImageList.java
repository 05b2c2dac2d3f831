package io.deltaport.image;

import io.deltaport.meta.Database;
import io.deltaport.meta.Images;
import io.deltaport.meta.Images.Listed;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** Tagged images with what became of them. Thread-safe. */
@ApplicationScoped
public class ImageList {
  private final Database database;
  private final Images images;

  ImageList(Database database, Images images) {
    this.database = database;
    this.images = images;
  }

  /**
   * Returns at most {@code limit} tags in order of repository and name, after the given pair; an
   * empty repository means all.
   */
  public List<Listed> list(String repository, String lastRepository, String lastTag, int limit) {
    return database.transact(
        session -> images.list(session, repository, lastRepository, lastTag, limit));
  }
}

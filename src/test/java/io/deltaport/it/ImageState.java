package io.deltaport.it;

import io.restassured.path.json.JsonPath;
import java.util.Optional;

/** What became of a pushed image, through the server's JSON API; absent fields are null. */
record ImageState(String state, String reason, String digest, String tree, String commit) {
  /** Waits until the server has either absorbed the image or found that it cannot. */
  static ImageState awaitSettled(Registry registry, String tag) {
    try {
      return Await.value(
          "the image " + tag + " is absorbed or opaque",
          Await.PATIENCE,
          () ->
              find(registry, tag)
                  .filter(i -> i.state().equals("absorbed") || i.state().equals("opaque")));
    } catch (AssertionError e) {
      throw new AssertionError(find(registry, tag) + "\n" + registry.server().log(), e);
    }
  }

  static Optional<ImageState> find(Registry registry, String tag) {
    JsonPath page =
        registry
            .request()
            .get("/api/v1/images?repository=" + registry.repository())
            .then()
            .statusCode(200)
            .extract()
            .jsonPath();
    int count = page.getList("images").size();
    for (int i = 0; i < count; i++) {
      String image = "images[" + i + "].";
      if (tag.equals(page.getString(image + "tag"))) {
        return Optional.of(
            new ImageState(
                page.getString(image + "state"),
                page.getString(image + "reason"),
                page.getString(image + "digest"),
                page.getString(image + "tree"),
                page.getString(image + "commit")));
      }
    }
    return Optional.empty();
  }
}

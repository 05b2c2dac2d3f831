package io.deltaport.api;

import io.deltaport.api.Views.ImagePage;
import io.deltaport.api.Views.ImageView;
import io.deltaport.image.ImageList;
import io.deltaport.meta.Images.Listed;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestQuery;

/** Lists images. */
@Path("/api/v1/images")
@RunOnVirtualThread
public class ImageResource {
  private final ImageList images;

  ImageResource(ImageList images) {
    this.images = images;
  }

  @GET
  @Operation(summary = "List tagged images and what became of them")
  public ImagePage list(
      @RestQuery Optional<String> repository,
      @RestQuery Optional<String> n,
      @RestQuery Optional<String> last) {
    int size = Parameters.pageSize(n);
    String marker = last.orElse("");
    int colon = marker.lastIndexOf(':');
    List<Listed> found =
        images.list(
            Parameters.repository(repository),
            colon < 0 ? marker : marker.substring(0, colon),
            colon < 0 ? "" : marker.substring(colon + 1),
            size + 1);
    List<Listed> page = found.subList(0, Math.min(size, found.size()));
    String next =
        found.size() > size ? page.getLast().repository() + ":" + page.getLast().tag() : null;
    return new ImagePage(page.stream().map(ImageView::of).toList(), next);
  }
}

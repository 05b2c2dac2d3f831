package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.layer.CommittedTree;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What ostree checks out of an image's commit is the image's tree, in every respect. */
class OstreeCheckoutIT {
  @RegisterExtension static final WorkFolder FOLDER = new WorkFolder();

  @ParameterizedTest
  @ValueSource(strings = {"v1", "v2-layers"})
  void aCheckoutIsTheImage(String tag) throws IOException {
    Clients.requireRoot();
    Clients.require("getfattr");
    Layout layout = Trees.small().layout();
    Layout.Image image = layout.image(tag);
    Path work = FOLDER.fresh();
    Path exported = work.resolve("exported");
    ostree(exported, "init", "--mode=bare-user");
    String commit;
    try (CommitStore store = new CommitStore(work.resolve("store"))) {
      CommittedTree made = store.commit(store.flatten(layout, image, image.layers().size()), false);
      store.export(made.commit(), exported);
      commit = made.commit().hex();
    }
    ostree(exported, "refs", "--create=image", commit);
    Path repo = work.resolve("repo");
    ostree(repo, "init", "--mode=bare");
    ostree(repo, "config", "set", "core.fsync", "false");
    ostree(repo, "pull-local", exported.toString(), "image");
    assertThat(ostree(repo, "fsck")).contains("completed successfully");
    Path checkout = work.resolve("checkout");
    ostree(repo, "checkout", "image", checkout.toString());

    Path tree = TarPatch.extract(layout, tag, work);
    OstreeTreeIT.layOut(tree);
    List<String> listing = TreeListing.of(checkout);
    assertThat(listing).hasSizeGreaterThan(5_000).isEqualTo(TreeListing.of(tree));
    WorkFolder.delete(work);
  }

  private static String ostree(Path repo, String... arguments) {
    return Command.client("ostree", "--repo=" + repo).with((Object[]) arguments).ok();
  }
}

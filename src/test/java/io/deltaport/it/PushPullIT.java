package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real clients push and pull a real system; what comes back is what was sent, byte for byte. */
class PushPullIT {
  @RegisterExtension static final WorkFolder FOLDER = new WorkFolder();

  private final Trees trees = Trees.small();
  private final ServerProcess server = SharedServer.get();
  private final Path work = FOLDER.fresh();

  @ParameterizedTest
  @ValueSource(strings = {"v1", "v1-layers"})
  void skopeo(String tag) {
    Clients.require("skopeo");
    Skopeo.push(trees, tag, server, "skopeo/os:" + tag);

    assertThat(Skopeo.pull(server, "skopeo/os:" + tag, work.resolve("back")))
        .isEqualTo(trees.layout().image(tag));
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1", "v1-layers"})
  void crane(String tag) {
    Skopeo.push(trees, tag, server, "skopeo/os:" + tag);
    String source = server.host() + "/skopeo/os:" + tag;
    String target = server.host() + "/crane/os:" + tag;
    Path layout = work.resolve("pulled");
    Command.client("crane", "pull", "--insecure", "--format=oci", source, layout).ok();
    Command.client("crane", "push", "--insecure", layout, target).ok();
    Command.client("crane", "validate", "--insecure", "--remote", target).ok();

    assertThat(new Layout(layout).verify(new Layout(layout).image(null)))
        .isEqualTo(trees.layout().image(tag));
    assertThat(Skopeo.pull(server, "crane/os:" + tag, work.resolve("back")))
        .isEqualTo(trees.layout().image(tag));
  }

  @Test
  void podman() throws IOException {
    pushPullFromStorage("podman", "v1-layers");
  }

  @Test
  void buildah() throws IOException {
    pushPullFromStorage("buildah", "v1");
  }

  /**
   * Pushes from a container storage of the client's own, which compresses the layers anew: the
   * manifest that the client says it pushed must come back, around the very same files.
   */
  private void pushPullFromStorage(String client, String tag) throws IOException {
    Clients.requireRoot();
    Layout.Image original = trees.layout().image(tag);
    String repository = server.host() + "/" + client + "/os";
    Path digestFile = work.resolve("digest");
    trees.linkIn(work);
    storage(client, "pull", "--quiet", "oci:layout:" + tag).ok();
    String id = storage(client, "images", "--quiet", "--no-trunc").ok().strip();
    storage(
            client,
            "push",
            "--quiet",
            "--tls-verify=false",
            "--digestfile=" + digestFile,
            id,
            "docker://" + repository + ":" + tag)
        .ok();
    String pushed = Files.readString(digestFile).strip();
    storage(client, "rmi", "--force", id).ok();
    storage(client, "pull", "--quiet", "--tls-verify=false", repository + "@" + pushed).ok();

    assertThat(storage(client, "images", "--quiet", "--no-trunc").ok().strip()).isEqualTo(id);
    Layout.Image back =
        Skopeo.pull(server, client + "/os:" + tag, Files.createTempDirectory(work, "back"));
    assertThat(back.manifest()).isEqualTo(pushed);
    assertThat(back.config()).isEqualTo(original.config());
    assertThat(back.diffIds()).isEqualTo(original.diffIds());
  }

  private Command storage(String client, Object... arguments) {
    return Command.client(client, "--root", work.resolve("storage"))
        .with("--runroot", work.resolve("run"), "--storage-driver", "vfs")
        .with(arguments)
        .in(work);
  }
}

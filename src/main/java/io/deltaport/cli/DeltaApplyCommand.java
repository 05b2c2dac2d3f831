package io.deltaport.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.oci.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes the new image from the old one and a delta. */
@Command(
    name = "apply",
    mixinStandardHelpOptions = true,
    description = {
      "Make the image that a delta leads to, from the image that it starts from.",
      "",
      "Every layer is checked against its diff_id. The compressed bytes of a rebuilt layer are not"
          + " in a delta, so it is written as an uncompressed tar: the image has the ID (config) of"
          + " the one that was pushed, and a manifest of its own that names the original's digest."
    },
    footer = {
      "",
      "Examples:",
      "  deltaport delta apply update.delta --source build/oci:v1 -o new/oci:v2",
      "  deltaport delta apply update.delta --source oci-archive:old.tar -o oci-archive:new.tar"
    })
final class DeltaApplyCommand implements Callable<Integer> {
  @Parameters(paramLabel = "FILE", description = "The delta: a tar or folder with an OCI layout.")
  private Path file;

  @Option(
      names = "--source",
      required = true,
      paramLabel = "IMAGE",
      description = "The image that the delta starts from: an OCI layout or an archive of one.")
  private String source;

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "IMAGE",
      description =
          "Where the new image goes: a folder, or an archive when the name ends in .tar or .oci;"
              + " the prefixes oci: and oci-archive: choose whatever the name is.")
  private String target;

  @Mixin private Output output;

  @Override
  public Integer call() throws IOException {
    Digest digest;
    try (ProgressBar bar = new ProgressBar()) {
      digest =
          LocalDeltas.apply(file, ImageReference.local(source), ImageReference.local(target), bar);
    }
    ObjectNode answer = Json.object();
    answer.put("digest", digest.toString()).put("image", target);
    output.print(answer, "image " + digest + " written to " + target);
    return 0;
  }
}

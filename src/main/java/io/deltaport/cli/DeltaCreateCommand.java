package io.deltaport.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.delta.ocidelta.DeltaArtifact;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a delta, on a server or here. */
@Command(
    name = "create",
    mixinStandardHelpOptions = true,
    description = {
      "Make the delta with which a device that has FROM gets to TO.",
      "",
      "When FROM and TO are files or folders on this machine (OCI layouts or archives of one), the"
          + " delta is made here and written to FILE. Otherwise they are REPOSITORY:TAG or"
          + " REPOSITORY@DIGEST on a server, which makes and publishes it; -o fetches it as a file."
    },
    footer = {
      "",
      "Examples:",
      "  deltaport delta create os:v1 os:v2",
      "  deltaport delta create os:v1 os:v2 -o v1-v2.delta",
      "  deltaport delta create build/oci:v1 build/oci:v2 -o v1-v2.delta",
      "  deltaport delta create oci-archive:old.tar oci-archive:new.tar -o update.delta"
    })
final class DeltaCreateCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "FROM", description = "The image that devices have.")
  private String from;

  @Parameters(index = "1", paramLabel = "TO", description = "The image that they shall have.")
  private String to;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Write the delta to FILE: a tar with an OCI layout.")
  private Path file;

  @Mixin private ServerOptions server;
  @Mixin private Output output;

  @Override
  public Integer call() throws IOException {
    ImageReference source = ImageReference.parse(from);
    ImageReference target = ImageReference.parse(to);
    if (source.isLocal() != target.isLocal()) {
      throw new CliException(
          "FROM and TO must both be files on this machine or both be on a server; there is no file "
              + (source.isLocal() ? to : from));
    }
    if (source.isLocal()) {
      createHere(source, target);
    } else {
      createThere(source, target);
    }
    return 0;
  }

  private void createHere(ImageReference source, ImageReference target) throws IOException {
    if (file == null) {
      throw new CliException("say with -o FILE where the delta shall go");
    }
    DeltaArtifact artifact;
    try (ProgressBar bar = new ProgressBar()) {
      artifact = LocalDeltas.create(source, target, file, bar);
    }
    ObjectNode answer = Json.object();
    answer.put("digest", artifact.digest().toString()).put("size", artifact.sizeBytes());
    answer.put("fullSize", artifact.fullBytes()).put("file", file.toString());
    output.print(answer, summary(answer) + ", written to " + file);
  }

  private void createThere(ImageReference source, ImageReference target) throws IOException {
    if (!source.name().equals(target.name())) {
      throw new CliException(
          "FROM and TO must be in one repository, not in "
              + source.name()
              + " and "
              + target.name());
    }
    if (source.reference() == null || target.reference() == null) {
      throw new CliException("name both images as REPOSITORY:TAG or REPOSITORY@DIGEST");
    }
    ApiClient client = server.client();
    ObjectNode request = Json.object();
    request.put("repository", source.name());
    request.put("from", source.reference()).put("to", target.reference());
    JsonNode answer = client.post("/api/v1/deltas", request);
    if (answer.has("kind")) {
      JsonNode job = JobWatch.untilEnded(client, answer.path("id").asText());
      if (!job.path("state").asText().equals("done")) {
        throw new CliException("the delta could not be made; the job " + JobWatch.outcome(job));
      }
      answer = client.post("/api/v1/deltas", request);
    }
    if (file != null) {
      try (ProgressBar bar = new ProgressBar()) {
        Download.archive(client, source.name(), answer.path("digest").asText(), file, bar);
      }
    }
    output.print(answer, summary(answer) + (file == null ? "" : ", written to " + file));
  }

  private static String summary(JsonNode delta) {
    return "delta "
        + delta.path("digest").asText()
        + ": "
        + Output.bytes(delta.path("size").asLong())
        + " instead of "
        + Output.bytes(delta.path("fullSize").asLong());
  }
}

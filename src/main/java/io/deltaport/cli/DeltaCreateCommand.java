package io.deltaport.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.delta.DeltaEffort;
import io.deltaport.delta.DeltaOptions;
import io.deltaport.delta.MatchListener;
import io.deltaport.delta.ocidelta.DeltaArtifact;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Makes a delta, on a server or here. */
@Command(
    name = "create",
    mixinStandardHelpOptions = true,
    description = {
      "Make the delta with which a device that has FROM gets to TO.",
      "",
      "The format oci-delta is for devices that run images. The format ostree is a static delta for"
          + " those that pull OSTree commits; only a server makes these.",
      "",
      "When FROM and TO are files or folders on this machine (OCI layouts or archives of one), the"
          + " delta is made here and written to FILE. Otherwise they are REPOSITORY:TAG or"
          + " REPOSITORY@DIGEST on a server, which makes and publishes it; -o fetches it as a file,"
          + " with the cosign signatures of TO. `deltaport delta export` does that without making it."
          + " For static deltas REPOSITORY:REF and REPOSITORY@CHECKSUM of a commit do as well."
    },
    footer = {
      "",
      "Examples:",
      "  deltaport delta create os:v1 os:v2",
      "  deltaport delta create os:v1 os:v2 -o v1-v2.delta",
      "  deltaport delta create --format ostree os:v1 os:v2 -o v1-v2.delta",
      "  deltaport delta create --format ostree --from-scratch os:v2 -o v2.delta",
      "  deltaport delta create build/oci:v1 build/oci:v2 -o v1-v2.delta",
      "  deltaport delta create oci-archive:old.tar oci-archive:new.tar -o update.delta",
      "  deltaport delta create --explain build/oci:v1 build/oci:v2 -o v1-v2.delta"
    })
final class DeltaCreateCommand implements Callable<Integer> {
  /** The commits of both images, the delta itself, and one that went while it was asked for. */
  private static final int ANSWERS_MAX = 5;

  /** What a delta is for. */
  enum Format {
    OCI_DELTA,
    OSTREE;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  @Parameters(
      arity = "1..2",
      paramLabel = "IMAGE",
      description = "FROM, which devices have, and TO, which they shall have.")
  private List<String> images;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "oci-delta",
      converter = FormatName.class,
      description = "oci-delta (unless it is given) or ostree.")
  private Format format;

  @Option(
      names = "--from-scratch",
      description = "Make a static delta for devices that have nothing; there is no FROM then.")
  private boolean fromScratch;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description =
          "Write the delta to FILE: a tar with an OCI layout, or a file for"
              + " `ostree static-delta apply-offline` and `cfsctl ostree apply-delta`.")
  private Path file;

  @Option(
      names = "--effort",
      paramLabel = "EFFORT",
      description =
          "fast, default or max: how hard the delta is made small. One that the server made with less"
              + " is made again. Unless it is given, a server has its setting"
              + " deltaport.deltas.effort.")
  private DeltaEffort effort;

  @Option(
      names = "--explain",
      description =
          "Show for each file of a delta that is made here which old file it is made from, and why.")
  private boolean explain;

  @Option(
      names = "--tar-diff-version",
      paramLabel = "N",
      description =
          "1 (unless it is given) or 2 for a delta that is made here. Version 2 can be smaller, and"
              + " fewer clients take it.")
  private Integer tarDiffVersion;

  @Spec private CommandSpec spec;
  @Mixin private ServerOptions server;
  @Mixin private Output output;

  /** Reads the name of a format. */
  static final class FormatName implements ITypeConverter<Format> {
    @Override
    public Format convert(String text) {
      for (Format format : Format.values()) {
        if (format.toString().equals(text)) {
          return format;
        }
      }
      throw new TypeConversionException("there are the formats oci-delta and ostree");
    }
  }

  @Override
  public Integer call() throws IOException {
    if (fromScratch && format != Format.OSTREE) {
      throw new ParameterException(
          spec.commandLine(),
          "--from-scratch is for --format ostree; other devices pull the image");
    }
    if (images.size() != (fromScratch ? 1 : 2)) {
      throw new ParameterException(
          spec.commandLine(), fromScratch ? "Name only TO" : "Name FROM and TO");
    }
    ImageReference target = ImageReference.parse(images.getLast());
    ImageReference source = fromScratch ? null : ImageReference.parse(images.getFirst());
    if (source != null && source.isLocal() != target.isLocal()) {
      throw new CliException(
          "FROM and TO must both be files on this machine or both be on a server; there is no file "
              + images.get(source.isLocal() ? 1 : 0));
    }
    if (!target.isLocal() && explain) {
      throw new ParameterException(
          spec.commandLine(),
          "--explain is for deltas that are made here; `deltaport delta inspect` shows the sources"
              + " of any delta");
    }
    if (tarDiffVersion != null && (tarDiffVersion < 1 || tarDiffVersion > 2)) {
      throw new ParameterException(spec.commandLine(), "there are versions 1 and 2 of tar-diff");
    }
    if (!target.isLocal() && tarDiffVersion != null) {
      throw new ParameterException(
          spec.commandLine(), "A server makes deltas with version 1 of tar-diff");
    }
    if (!target.isLocal()) {
      createThere(source, target);
    } else if (format == Format.OSTREE) {
      throw new CliException(
          "static deltas go between commits, which a server makes of images: push them to one");
    } else {
      createHere(source, target);
    }
    return 0;
  }

  private void createHere(ImageReference source, ImageReference target) throws IOException {
    if (file == null) {
      throw new CliException("say with -o FILE where the delta shall go");
    }
    DeltaArtifact artifact;
    MatchReport matches = new MatchReport();
    DeltaOptions options =
        DeltaOptions.defaults()
            .withEffort(effort == null ? DeltaEffort.DEFAULT : effort)
            .withTarDiffVersion(tarDiffVersion == null ? 1 : tarDiffVersion)
            .withMatches(explain ? matches : MatchListener.NONE);
    try (ProgressBar bar = new ProgressBar()) {
      artifact = LocalDeltas.create(source, target, file, options, bar);
    }
    ObjectNode answer = Json.object();
    answer.put("digest", artifact.digest().toString()).put("size", artifact.sizeBytes());
    answer.put("fullSize", artifact.fullBytes()).put("file", file.toString());
    String summary = summary(answer) + ", written to " + file;
    if (explain) {
      matches.print(output, answer);
      output.tell(summary);
    } else {
      output.print(answer, summary);
    }
  }

  private void createThere(ImageReference source, ImageReference target) throws IOException {
    ApiClient client = server.client();
    ObjectNode request = request(source, target, format);
    if (effort != null) {
      request.put("effort", effort.text());
    }
    JsonNode answer = made(client, request);
    if (file != null) {
      fetch(client, target.name(), answer, file);
    }
    output.print(answer, summary(answer) + (file == null ? "" : ", written to " + file));
  }

  /** Returns what asks a server for the delta; FROM is null for one from nothing. */
  static ObjectNode request(ImageReference source, ImageReference target, Format format) {
    if (source != null && !source.name().equals(target.name())) {
      throw new CliException(
          "FROM and TO must be in one repository, not in "
              + source.name()
              + " and "
              + target.name());
    }
    if (target.reference() == null || (source != null && source.reference() == null)) {
      throw new CliException("name images as REPOSITORY:TAG or REPOSITORY@DIGEST");
    }
    ObjectNode request = Json.object();
    request.put("repository", target.name()).put("to", target.reference());
    request.put("format", format.toString());
    if (source != null) {
      request.put("from", source.reference());
    }
    return request;
  }

  /** Asks until the delta is there; before it there may be jobs that take the images in. */
  static JsonNode made(ApiClient client, JsonNode request) {
    for (int i = 0; i < ANSWERS_MAX; i++) {
      JsonNode answer = client.post("/api/v1/deltas", request);
      if (!answer.has("kind")) {
        return answer;
      }
      JsonNode job = JobWatch.untilEnded(client, answer.path("id").asText());
      if (!job.path("state").asText().equals("done")) {
        throw new CliException("the delta could not be made; the job " + JobWatch.outcome(job));
      }
    }
    throw new CliException("the delta is gone again each time that it was made");
  }

  /** Writes a delta of a server to a file; an artifact with the signatures of its target. */
  static void fetch(ApiClient client, String repository, JsonNode delta, Path file)
      throws IOException {
    try (ProgressBar bar = new ProgressBar()) {
      if (delta.has("file")) {
        Download.file(client, delta.path("file").asText(), file, delta.path("size").asLong(), bar);
      } else {
        int signatures =
            Download.archive(client, repository, delta.path("digest").asText(), file, bar);
        ((ObjectNode) delta).put("signatures", signatures);
      }
    }
  }

  static String summary(JsonNode delta) {
    String name =
        delta.has("digest")
            ? delta.path("digest").asText()
            : delta.path("from").asText("nothing") + " -> " + delta.path("to").asText();
    return "delta "
        + name
        + ": "
        + Output.bytes(delta.path("size").asLong())
        + " instead of "
        + Output.bytes(delta.path("fullSize").asLong())
        + signatures(delta.path("signatures").asInt());
  }

  private static String signatures(int count) {
    return switch (count) {
      case 0 -> "";
      case 1 -> ", with a signature of the image";
      default -> ", with " + count + " signatures of the image";
    };
  }
}

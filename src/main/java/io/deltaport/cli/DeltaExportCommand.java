package io.deltaport.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.cli.DeltaCreateCommand.Format;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Fetches a delta that is published as a file for devices without a network. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    description = {
      "Write a published delta to one file, for devices that cannot reach the server.",
      "",
      "An oci-delta becomes an OCI archive, with the cosign signatures of TO in it: a device checks"
          + " them against the image that it gets, without a registry. A static delta (--format"
          + " ostree) is signed by the server's own keys.",
      "",
      "Nothing is made unless --create is given. FROM and TO are named as for `deltaport delta"
          + " create`."
    },
    footer = {
      "",
      "Examples:",
      "  deltaport delta export os:v1 os:v2 -o v1-v2.delta",
      "  deltaport delta export --create os:v1 os:v2 -o v1-v2.delta",
      "  deltaport delta export --format ostree os:v1 os:v2 -o v1-v2.delta",
      "  deltaport delta export --format ostree --from-scratch os:v2 -o v2.delta"
    })
final class DeltaExportCommand implements Callable<Integer> {
  @Parameters(
      arity = "1..2",
      paramLabel = "IMAGE",
      description = "FROM, which devices have, and TO, which they shall have.")
  private List<String> images;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "oci-delta",
      converter = DeltaCreateCommand.FormatName.class,
      description = "oci-delta (unless it is given) or ostree.")
  private Format format;

  @Option(
      names = "--from-scratch",
      description = "The static delta for devices that have nothing; there is no FROM then.")
  private boolean fromScratch;

  @Option(names = "--create", description = "Have the server make the delta if it is not there.")
  private boolean create;

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "FILE",
      description = "Where the delta goes.")
  private Path file;

  @Spec private CommandSpec spec;
  @Mixin private ServerOptions server;
  @Mixin private Output output;

  @Override
  public Integer call() throws IOException {
    if (fromScratch && format != Format.OSTREE) {
      throw new ParameterException(spec.commandLine(), "--from-scratch is for --format ostree");
    }
    if (images.size() != (fromScratch ? 1 : 2)) {
      throw new ParameterException(
          spec.commandLine(), fromScratch ? "Name only TO" : "Name FROM and TO");
    }
    ImageReference target = onServer(images.getLast());
    ImageReference source = fromScratch ? null : onServer(images.getFirst());
    ObjectNode request = DeltaCreateCommand.request(source, target, format);
    ApiClient client = server.client();
    JsonNode delta =
        create ? DeltaCreateCommand.made(client, request) : client.get(lookup(request));
    DeltaCreateCommand.fetch(client, target.name(), delta, file);
    output.print(delta, DeltaCreateCommand.summary(delta) + ", written to " + file);
    return 0;
  }

  private static ImageReference onServer(String text) {
    ImageReference image = ImageReference.parse(text);
    if (image.isLocal()) {
      throw new CliException(
          text
              + " is a file on this machine; `deltaport delta create` makes deltas between those,"
              + " and only what a server has published is exported");
    }
    return image;
  }

  private static String lookup(ObjectNode request) {
    StringBuilder query = new StringBuilder("/api/v1/deltas/between");
    char separator = '?';
    for (var field : request.properties()) {
      query.append(separator).append(field.getKey()).append('=');
      query.append(ApiClient.encode(field.getValue().asText()));
      separator = '&';
    }
    return query.toString();
  }
}

package io.deltaport.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.delta.ocidelta.Annotations;
import io.deltaport.delta.ocidelta.ReceivedDelta;
import io.deltaport.delta.tardiff.TarDiffInspection;
import io.deltaport.delta.tardiff.TarDiffInspection.FileCost;
import io.deltaport.delta.tardiff.TarDiffInspection.Parts;
import io.deltaport.delta.tardiff.TarDiffInspector;
import io.deltaport.oci.Descriptor;
import io.deltaport.oci.OciLayout;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows what is in a delta. */
@Command(
    name = "inspect",
    mixinStandardHelpOptions = true,
    description = {
      "Show what is in a delta: how the bytes of the new release come about, and which files cost"
          + " most.",
      "",
      "DELTA is a tar or folder with an OCI layout, as `deltaport delta create -o` writes it, or a"
          + " tar-diff. What a file costs is estimated, so that all files and headers add up to the"
          + " delta's size.",
      "",
      "With --plain and two images on this machine (OCI layouts or archives of one): what their delta"
          + " and the image would be if files that are compressed by themselves, such as .ko.xz, were"
          + " stored plain. Both deltas are made for it."
    },
    footer = {
      "",
      "Examples:",
      "  deltaport delta inspect update.delta",
      "  deltaport delta inspect --top 100 --json update.delta",
      "  deltaport delta inspect --plain build/oci:v1 build/oci:v2"
    })
final class DeltaInspectCommand implements Callable<Integer> {
  private static final byte[] MAGIC = {'t', 'a', 'r', 'd', 'f'};
  private static final int TOP_DEFAULT = 20;

  /** From this share on it is worth telling people how to get rid of it. */
  private static final double COMPRESSED_SHARE_MIN = 0.2;

  private static final Pattern COMPRESSED = Pattern.compile(".*[.](gz|xz|zst|bz2|lz4|lzma)");

  @Parameters(
      arity = "1..2",
      paramLabel = "DELTA",
      description = "The delta's file or folder; with --plain the images FROM and TO.")
  private List<String> names;

  @Option(
      names = "--plain",
      description = "Tell what the delta would be if compressed files were stored plain.")
  private boolean plain;

  @Option(
      names = "--top",
      paramLabel = "N",
      defaultValue = "" + TOP_DEFAULT,
      description = "How many of the dearest files are shown (default: ${DEFAULT-VALUE}).")
  private int top;

  @Spec private CommandSpec spec;
  @Mixin private Output output;

  private Path delta;

  /** What is in a delta of several layers. */
  private static final class Sum {
    private final List<FileCost> files = new ArrayList<>();
    private Parts total = new Parts(0, 0, 0, 0);
    private long deltaBytes;
    private long verbatimBytes;
    private long unchangedFiles;

    void add(TarDiffInspection one) {
      files.addAll(one.files());
      Parts parts = one.total();
      total =
          new Parts(
              total.copied() + parts.copied(),
              total.added() + parts.added(),
              total.literal() + parts.literal(),
              total.operations() + parts.operations());
      deltaBytes += one.deltaBytes();
      unchangedFiles += one.unchangedFiles();
    }

    long compressedBytes() {
      return files.stream()
          .filter(file -> COMPRESSED.matcher(file.path()).matches())
          .mapToLong(FileCost::costBytes)
          .sum();
    }
  }

  @Override
  public Integer call() throws IOException {
    if (names.size() != (plain ? 2 : 1)) {
      throw new ParameterException(
          spec.commandLine(), plain ? "Name the images FROM and TO" : "Name one delta");
    }
    if (plain) {
      PlainInspection.run(names.getFirst(), names.getLast(), output);
      return 0;
    }
    delta = Path.of(names.getFirst());
    Sum sum = new Sum();
    if (isTarDiff()) {
      try (InputStream in = new BufferedInputStream(Files.newInputStream(delta))) {
        sum.add(TarDiffInspector.inspect(in));
      }
    } else {
      inspectLayers(sum);
    }
    sum.files.sort(Comparator.comparingLong(FileCost::costBytes).reversed());
    output.printTable(json(sum), List.of("COST", "SHARE", "SIZE", "FILE", "FROM"), rows(sum));
    output.tell(summary(sum));
    return 0;
  }

  private boolean isTarDiff() throws IOException {
    if (!Files.isRegularFile(delta)) {
      return false;
    }
    try (InputStream in = Files.newInputStream(delta)) {
      return Arrays.equals(in.readNBytes(MAGIC.length), MAGIC);
    }
  }

  private void inspectLayers(Sum sum) throws IOException {
    try (OciLayout layout = OciLayout.open(delta)) {
      for (Descriptor layer : ReceivedDelta.read(layout).layers().values()) {
        if (layer.mediaType().equals(Annotations.TAR_DIFF)) {
          try (InputStream in = layout.open(layer.parsedDigest())) {
            sum.add(TarDiffInspector.inspect(in));
          }
        } else {
          sum.verbatimBytes += layer.size();
        }
      }
    }
  }

  private List<List<String>> rows(Sum sum) {
    return sum.files.stream()
        .limit(top)
        .map(
            file ->
                List.of(
                    Output.bytes(file.costBytes()),
                    percent(file.costBytes(), sum.deltaBytes),
                    Output.bytes(file.parts().targetBytes()),
                    file.path(),
                    file.source().isEmpty() ? "new" : file.source()))
        .toList();
  }

  private static String percent(long part, long whole) {
    return String.format("%.1f %%", whole == 0 ? 0 : 100.0 * part / whole);
  }

  private static String summary(Sum sum) {
    Parts total = sum.total;
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            "%s make %s: %s copied, %s patched, %s new; %d files unchanged, %d changed or new; "
                + "%d operations",
            Output.bytes(sum.deltaBytes),
            Output.bytes(total.targetBytes()),
            Output.bytes(total.copied()),
            Output.bytes(total.added()),
            Output.bytes(total.literal()),
            sum.unchangedFiles,
            sum.files.size(),
            total.operations()));
    if (sum.verbatimBytes > 0) {
      text.append(
          String.format(
              "%nlayers that no delta makes smaller: %s", Output.bytes(sum.verbatimBytes)));
    }
    if (sum.compressedBytes() > COMPRESSED_SHARE_MIN * sum.deltaBytes) {
      text.append(
          String.format(
              "%n%s of the delta are files that are compressed already (such as .ko.xz), into which"
                  + " no delta looks. Stored plain in the image they cost a fraction; `deltaport"
                  + " delta inspect --plain FROM TO` measures it and says how to",
              percent(sum.compressedBytes(), sum.deltaBytes)));
    }
    return text.toString();
  }

  private ObjectNode json(Sum sum) {
    ObjectNode node = Json.object();
    node.put("size", sum.deltaBytes).put("verbatimSize", sum.verbatimBytes);
    node.put("compressedFilesCost", sum.compressedBytes());
    node.put("unchangedFiles", sum.unchangedFiles).put("changedFiles", sum.files.size());
    node.set("total", json(sum.total));
    ArrayNode files = node.putArray("files");
    for (FileCost file : sum.files.subList(0, Math.min(top, sum.files.size()))) {
      ObjectNode each = files.addObject();
      each.put("path", file.path()).put("cost", file.costBytes());
      if (!file.source().isEmpty()) {
        each.put("from", file.source());
      }
      each.setAll(json(file.parts()));
    }
    return node;
  }

  private static ObjectNode json(Parts parts) {
    return Json.object()
        .put("size", parts.targetBytes())
        .put("copied", parts.copied())
        .put("added", parts.added())
        .put("literal", parts.literal())
        .put("operations", parts.operations());
  }
}

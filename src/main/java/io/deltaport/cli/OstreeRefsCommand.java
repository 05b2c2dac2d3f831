package io.deltaport.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.ostree.Checksum;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists and removes refs. */
@Command(
    name = "refs",
    mixinStandardHelpOptions = true,
    description = {
      "List the OSTree refs of a repository, or remove some.",
      "",
      "A ref that follows a tag goes with its tag. Commits that no ref needs any more are collected"
          + " as garbage."
    },
    footer = {
      "",
      "Examples:",
      "  deltaport ostree refs fleet/os",
      "  deltaport ostree refs fleet/os --delete old/x86_64/stable",
      "  deltaport ostree refs fleet/os --history 5"
    })
final class OstreeRefsCommand implements Runnable {
  private static final List<String> HEADING = List.of("REF", "COMMIT", "FOLLOWS");
  private static final String ALL = "all";

  @Parameters(index = "0", paramLabel = "REPOSITORY", description = "Repository on the server.")
  private String repository;

  @Option(names = "--delete", paramLabel = "REF", description = "Remove this ref. May be repeated.")
  private List<String> deleted;

  @Option(
      names = "--history",
      paramLabel = "N",
      description = "Keep N imported commits before each ref's own, or \"all\" of them.")
  private String history;

  @Mixin private ServerOptions server;
  @Mixin private Output output;

  @Override
  public void run() {
    OstreeApi api = new OstreeApi(server.client(), repository);
    if (history != null) {
      api.keepHistory(historyLength());
    }
    if (deleted != null) {
      delete(api);
    }
    print(api.refs());
  }

  private Integer historyLength() {
    if (history.equals(ALL)) {
      return null;
    }
    if (!history.matches("[0-9]{1,9}")) {
      throw new CliException("--history takes a number or \"all\", not \"" + history + "\"");
    }
    return Integer.valueOf(history);
  }

  private void delete(OstreeApi api) {
    Map<String, OstreeApi.Ref> now = api.refs();
    SortedMap<String, Checksum> changes = new TreeMap<>();
    for (String name : deleted) {
      OstreeApi.Ref ref = now.get(name);
      if (ref == null) {
        throw new CliException("there is no ref " + name);
      }
      if (ref.followsTag()) {
        throw new CliException("the ref " + name + " follows a tag and goes with it");
      }
      changes.put(name, null);
    }
    api.change(changes, now);
  }

  private void print(SortedMap<String, OstreeApi.Ref> refs) {
    ObjectNode answer = Json.object();
    List<List<String>> rows = new ArrayList<>();
    refs.forEach(
        (name, ref) -> {
          answer
              .withArray("refs")
              .addObject()
              .put("name", name)
              .put("commit", ref.commit().hex())
              .put("followsTag", ref.followsTag());
          rows.add(List.of(name, ref.commit().hex(), ref.followsTag() ? "its tag" : ""));
        });
    output.printTable(answer, HEADING, rows);
  }
}

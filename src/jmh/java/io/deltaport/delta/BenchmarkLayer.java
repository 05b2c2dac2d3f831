package io.deltaport.delta;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A layer of 200 files, half of them changed, and the image before it. */
final class BenchmarkLayer {
  static final int FILES = 200;
  private static final int EDITS = 50;

  final MemoryObjects objects = new MemoryObjects();
  final List<SourceFile> sources = new ArrayList<>();
  final List<TargetPart> target = new ArrayList<>();

  /**
   * Makes the layer.
   *
   * @param renamed whether names tell nothing of where files come from
   */
  BenchmarkLayer(boolean renamed) {
    for (int i = 0; i < FILES; i++) {
      byte[] content = EngineBenchmark.fields(i, 20_000 + 1000 * i);
      char letter = (char) ('a' + i);
      sources.add(objects.source("usr/lib/modules/6.1.0-9/m" + letter + ".ko", content));
      String name = renamed ? "n" + (char) (letter + FILES) : "m" + letter;
      byte[] path = ("./usr/lib/modules/6.1.0-10/" + name + ".ko").getBytes(StandardCharsets.UTF_8);
      target.add(new TargetPart.Literal(new byte[512]));
      byte[] edited = i % 2 == 0 ? content : TestBytes.edited(content, i, EDITS);
      target.add(objects.target(path, edited));
    }
  }
}

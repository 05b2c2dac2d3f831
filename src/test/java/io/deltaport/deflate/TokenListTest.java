package io.deltaport.deflate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tests' own reader of streams, against zlib. */
final class TokenListTest {
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 6, 9})
  void readsWhatZlibWrites(int level) throws IOException {
    for (Map.Entry<String, byte[]> input : CompressorInputs.sizes().entrySet()) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      try (GZIPOutputStream gzip =
          new GZIPOutputStream(out) {
            {
              def.setLevel(level);
            }
          }) {
        gzip.write(input.getValue());
      }
      TokenList list = TokenList.ofGzip(out.toByteArray());
      assertThat(list.data()).as(input.getKey()).isEqualTo(input.getValue());
      assertThat(list.blocks().getLast().last()).isTrue();
    }
  }
}

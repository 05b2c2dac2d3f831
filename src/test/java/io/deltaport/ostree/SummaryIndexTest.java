package io.deltaport.ostree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class SummaryIndexTest {
  private static SummaryIndex sample() {
    TreeMap<String, Checksum> summaries = new TreeMap<>();
    summaries.put("all", Checksum.parse("ab".repeat(32)));
    summaries.put("amd64", Checksum.parse("cd".repeat(32)));
    return new SummaryIndex(summaries, Map.of(Summary.MODE, Variant.string("archive-z2")));
  }

  @Test
  void anIndexIsReadAsItWasWritten() throws OstreeFormatException {
    SummaryIndex read = SummaryIndex.decode(sample().encode());
    assertThat(read.summaries()).isEqualTo(sample().summaries());
    assertThat(read.metadata().get(Summary.MODE).asString()).isEqualTo("archive-z2");
  }

  @Test
  void aCutIndexIsRefused() {
    byte[] index = sample().encode();
    byte[] cut = Arrays.copyOf(index, index.length / 2);
    assertThatThrownBy(() -> SummaryIndex.decode(cut)).isInstanceOf(OstreeFormatException.class);
  }

  @Property(tries = 2_000)
  void damageIsFoundOrHarmless(@ForAll @IntRange(max = 10_000) int at, @ForAll byte value) {
    byte[] index = sample().encode();
    index[at % index.length] = value;
    try {
      SummaryIndex.decode(index);
    } catch (OstreeFormatException e) {
      assertThat(e).hasMessageContaining(" ");
    }
  }
}

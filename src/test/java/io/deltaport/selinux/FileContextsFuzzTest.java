package io.deltaport.selinux;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes make a policy that answers or is refused. */
class FileContextsFuzzTest {
  static Stream<byte[]> policies() {
    return Stream.of(
            "/usr/(.*/)?lib(64)?/[^/]*\\.so(\\.[^/]*)* -- system_u:object_r:lib_t:s0\n",
            "/dev/[hs]d[a-z]{1,3} -b a\n/a|b <<none>>\n",
            "/proc -d <<none>>\n# x\n\\\n/\\Qa\\E. x")
        .map(text -> text.getBytes(StandardCharsets.ISO_8859_1));
  }

  @MethodSource("policies")
  @FuzzTest
  void aPolicyAnswersOrIsRefused(byte[] policy) {
    String text = new String(policy, StandardCharsets.ISO_8859_1);
    MatchBudget budget = new MatchBudget();
    try {
      FileContexts contexts = FileContexts.parse(List.of(text, text), text, text);
      for (String path : List.of("/", "/usr/lib/x/y.so.1", "/a/b", "/proc", "/dev/sda", text)) {
        String label = contexts.label(path, FileKind.REGULAR, budget);
        assertThat(label).isNotEqualTo("");
      }
    } catch (SelinuxFormatException e) {
      assertThat(e).hasMessageStartingWith("has an SELinux policy ");
    }
  }
}

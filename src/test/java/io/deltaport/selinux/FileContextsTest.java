package io.deltaport.selinux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class FileContextsTest {
  private static String label(String contexts, String path, FileKind kind)
      throws SelinuxFormatException {
    return FileContexts.parse(List.of(contexts), "", "").label(path, kind, new MatchBudget());
  }

  private static String file(String contexts, String path) throws SelinuxFormatException {
    return label(contexts, path, FileKind.REGULAR);
  }

  @Test
  void theLastExpressionThatMatchesWins() throws SelinuxFormatException {
    String contexts =
        """
        # a comment
        /.*	default
        /usr(/.*)?	usr
        /usr/bin/.*	--	bin
        /usr/bin/x.*	<<none>>
        """;
    assertThat(file(contexts, "/a")).isEqualTo("default");
    assertThat(file(contexts, "/usr")).isEqualTo("usr");
    assertThat(file(contexts, "/usrx")).isEqualTo("default");
    assertThat(file(contexts, "/usr/bin/a")).isEqualTo("bin");
    assertThat(label(contexts, "/usr/bin/a", FileKind.FOLDER)).isEqualTo("usr");
    assertThat(file(contexts, "/usr/bin/xy")).isNull();
    assertThat(file("/a.* b", "/b")).isNull();
    assertThat(file("", "/b")).isNull();
  }

  @Test
  void aPlainPathBeatsEveryExpression() throws SelinuxFormatException {
    String contexts = "/usr/lib\\.so\\-1 -- plain\n/usr/lib.* later\n/.* last";
    assertThat(file(contexts, "/usr/lib.so-1")).isEqualTo("plain");
    assertThat(label(contexts, "/usr/lib.so-1", FileKind.LINK)).isEqualTo("last");
    assertThat(file("/a one\n/a two", "/a")).isEqualTo("two");
  }

  @Test
  void laterFilesWin() throws SelinuxFormatException {
    FileContexts contexts =
        FileContexts.parse(List.of("/a.* one", "/ab.* two", "/abc.* three"), "", "");
    assertThat(contexts.label("/abcd", FileKind.REGULAR, new MatchBudget())).isEqualTo("three");
    assertThat(contexts.label("/abd", FileKind.REGULAR, new MatchBudget())).isEqualTo("two");
  }

  @Test
  void foldersAreLabelledAsOthers() throws SelinuxFormatException {
    FileContexts contexts =
        FileContexts.parse(
            List.of("/usr/lib/.* lib\n/home/.* home\n/root.* top"),
            "/mine /usr/lib64\n",
            "# none\n/usr/lib64 /usr/lib\n/var/home /home\n/var /elsewhere\n/var/home/x /root\n/r /\n");
    MatchBudget budget = new MatchBudget();
    assertThat(contexts.label("/usr/lib64/a", FileKind.REGULAR, budget)).isEqualTo("lib");
    assertThat(contexts.label("/usr/lib640/a", FileKind.REGULAR, budget)).isNull();
    assertThat(contexts.label("/mine/a", FileKind.REGULAR, budget)).isEqualTo("lib");
    assertThat(contexts.label("/var/home/y", FileKind.REGULAR, budget)).isNull();
    assertThat(contexts.label("/var/home/x", FileKind.REGULAR, budget)).isEqualTo("top");
    assertThat(contexts.label("/r/root", FileKind.REGULAR, budget)).isEqualTo("top");
  }

  @Test
  void expressionsAreFoundByWhatTheyBeginWith() throws SelinuxFormatException {
    assertThat(file("/ab?c x", "/ac")).isEqualTo("x");
    assertThat(file("/ab*c x", "/abbbc")).isEqualTo("x");
    assertThat(file("/ab{0,2}c x", "/ac")).isEqualTo("x");
    assertThat(file("/ab{0,2}c x", "/abbbc")).isNull();
    assertThat(file("/a\\.? x", "/a")).isEqualTo("x");
    assertThat(file("(/x|/y)z x", "/yz")).isEqualTo("x");
    assertThat(file("/[|]z x", "/|z")).isEqualTo("x");
    assertThat(file("/a.c x", "/a\nc")).as("a dot is any byte").isEqualTo("x");
    assertThat(file("/caf..  x", "/caf\u00c3\u00a9")).as("bytes, not letters").isEqualTo("x");
    assertThat(file("/\\d+ x", "/12")).isEqualTo("x");
    // The anchors belong to the sides of a bare alternative.
    assertThat(file("/a|b x", "/a/more")).isEqualTo("x");
    assertThat(file("/a|b x", "/more/b")).isEqualTo("x");
  }

  @Test
  void whatLibselinuxRefusesIsRefused() {
    for (String contexts : List.of("/a", "/a -x b", "/a -- --x b\n/\u00e4 c")) {
      assertThatThrownBy(() -> file(contexts, "/a"))
          .as(contexts)
          .isInstanceOf(SelinuxFormatException.class);
    }
  }

  @Test
  void hostileExpressionsAreRefusedOrQuick() throws SelinuxFormatException {
    String path = "/" + "a".repeat(4_000);
    assertThat(file("/(a+)+b x", path)).isNull();
    assertThat(file("/(a|aa)+$b x", path)).isNull();
    for (String expression :
        List.of(
            "/(((a{1000}){1000}){1000}){1000}.",
            "/" + "(".repeat(2_000) + "a" + ")".repeat(2_000) + ".",
            "/" + "a".repeat(5_000) + ".",
            "/a(?=b).",
            "/(a)\\1.",
            "/a++.",
            "/(a.",
            "/[a.")) {
      assertThatThrownBy(() -> file(expression + " x", "/" + "a".repeat(5_000)))
          .as(expression.substring(0, Math.min(30, expression.length())))
          .isInstanceOf(SelinuxFormatException.class);
    }
    MatchBudget budget = new MatchBudget();
    assertThatThrownBy(() -> budget.spend(Long.MAX_VALUE))
        .isInstanceOf(SelinuxFormatException.class)
        .hasMessageContaining("too long");
  }

  @Test
  void theConfigIsReadAsLibostreeReadsIt() {
    assertThat(PolicyConfig.parse("# x\nSELINUX=Enforcing\nSELINUXTYPE= targeted \n"))
        .isEqualTo(new PolicyConfig(true, "targeted"));
    assertThat(PolicyConfig.parse("SELINUX=permissive\nSELINUXTYPE=a\nSELINUXTYPE=b"))
        .isEqualTo(new PolicyConfig(true, "b"));
    assertThat(PolicyConfig.parse("SELINUX=disabled\n #SELINUX=enforcing").enabled()).isFalse();
    assertThat(PolicyConfig.parse("")).isEqualTo(new PolicyConfig(false, null));
  }
}

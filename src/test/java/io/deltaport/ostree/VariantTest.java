package io.deltaport.ostree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltaport.ostree.GVariant.Slice;
import java.io.IOException;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VariantTest {

  @Test
  void givesBackWhatItWasMadeOf() throws IOException {
    assertThat(Variant.string("\u00e4").asString()).isEqualTo("\u00e4");
    assertThat(Variant.bytes(new byte[] {0, 1}).asBytes()).containsExactly(0, 1);
    assertThat(Variant.bool(true).asBool()).isTrue();
    assertThat(Variant.bool(false).asBool()).isFalse();
    assertThat(Variant.uint64(-2).asUint64()).isEqualTo(-2);
    assertThat(Variant.uint64(1).data()).startsWith(1, 0);
    assertThat(Variant.strings(List.of()).asStrings()).isEmpty();
    assertThat(Variant.strings(List.of("", "x".repeat(300))).asStrings())
        .containsExactly("", "x".repeat(300));
  }

  @Test
  void refusesToBeTakenForAnotherType() {
    assertThatThrownBy(() -> Variant.uint64(1).asString())
        .isInstanceOf(OstreeFormatException.class)
        .hasMessage("a value of the type t, not s");
  }

  @Test
  void refusesMalformedValues() {
    byte[] one = {1};
    byte[] invalid = {(byte) 0xff, 0};
    assertRefused(() -> new Variant("t", one).asUint64());
    assertRefused(() -> new Variant("b", new byte[] {2}).asBool());
    assertRefused(() -> new Variant("b", new byte[0]).asBool());
    assertRefused(() -> new Variant("s", one).asString());
    assertRefused(() -> new Variant("s", invalid).asString());
    assertRefused(() -> new Variant("as", one).asStrings());
    assertRefused(() -> new Variant("as", new byte[] {'a', 0, 'b', 2}).asStrings());
  }

  private static void assertRefused(ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOf(OstreeFormatException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"s", "ay", "a{sv}", "(uuuusa(ayay))", "m(sv)", "aa{t(yx)}", "()", "v", "g"})
  void keepsValuesOfEveryType(String type) throws IOException {
    Variant variant = new Variant(type, new byte[] {1, 0, 2});
    Variant decoded = Variant.decode(Slice.of(variant.encode()));
    assertThat(decoded.type()).isEqualTo(type);
    assertThat(decoded.data()).containsExactly(1, 0, 2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "a", "ss", "{sv}x", "{vs}", "{s}", "{ss", "(", "(s", "s)", "z", "m", "\u00e4"})
  void refusesWhatIsNoType(String type) {
    byte[] encoded = new Variant(type, new byte[0]).encode();
    assertRefused(() -> Variant.decode(Slice.of(encoded)));
  }

  @Test
  void refusesTypesOfEndlessDepth() {
    for (String open : List.of("a", "(", "{s", "m")) {
      byte[] encoded = new Variant(open.repeat(100_000) + "s", new byte[0]).encode();
      assertRefused(() -> Variant.decode(Slice.of(encoded)));
    }
  }

  @Test
  void refusesAVariantWithoutAType() {
    assertRefused(() -> Variant.decode(Slice.of(new byte[] {1, 2})));
    assertRefused(() -> Variant.decode(Slice.of(new byte[0])));
  }
}

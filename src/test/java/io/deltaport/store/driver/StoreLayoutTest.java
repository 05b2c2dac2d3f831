package io.deltaport.store.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltaport.oci.Digest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pins the on-disk tree: a changed key would lose what older versions stored. */
final class StoreLayoutTest {
  private static final String HEX =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

  @Test
  void keysArePinned() {
    Digest digest = new Digest("sha256", HEX);
    assertThat(StoreLayout.blob(digest)).isEqualTo("blobs/sha256/e3/" + HEX);
    assertThat(StoreLayout.blob(new Digest("sha512", HEX + HEX)))
        .isEqualTo("blobs/sha512/e3/" + HEX + HEX);
    assertThat(StoreLayout.recipe(digest)).isEqualTo("recipes/sha256/e3/" + HEX + ".recipe");
    assertThat(StoreLayout.pack(HEX)).isEqualTo("packs/e3/" + HEX + ".pack");
    assertThat(StoreLayout.quarantine(42, StoreLayout.blob(digest)))
        .isEqualTo("quarantine/42/blobs.sha256.e3." + HEX);
  }

  @Test
  void keysTellWhatTheFileIs() {
    Digest digest = new Digest("sha512", HEX + HEX);
    assertThat(StoreLayout.content(StoreLayout.blob(digest)))
        .contains(new StoredContent(StoredContent.Kind.BLOB, digest.toString()));
    assertThat(StoreLayout.content(StoreLayout.recipe(digest)))
        .contains(new StoredContent(StoredContent.Kind.RECIPE, digest.toString()));
    assertThat(StoreLayout.content(StoreLayout.pack(HEX)))
        .contains(new StoredContent(StoredContent.Kind.PACK, HEX));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "blobs/",
        "blobs/sha256",
        "blobs/sha256/e3/e3b0",
        "blobs/sha256/e4/" + HEX,
        "blobs/sha256/e3/x/" + HEX,
        "blobs/sha256/e3/" + HEX + ".recipe",
        "packs/e3/" + HEX,
        "packs/e3/x.pack",
        "recipes/sha256/e3/" + HEX,
        "recipes/" + HEX + ".recipe",
        "elsewhere/sha256/e3/" + HEX
      })
  void whatTheStoreDidNotDrawIsNothing(String key) {
    assertThat(StoreLayout.content(key)).isEmpty();
  }

  @Test
  void everyKeyIsValid() {
    Digest longest = new Digest("sha512", HEX + HEX);
    assertThat(StoreLayout.checkKey(StoreLayout.blob(longest))).isNotEmpty();
    assertThat(StoreLayout.checkKey(StoreLayout.recipe(longest))).isNotEmpty();
    assertThat(StoreLayout.checkKey(StoreLayout.pack(HEX))).isNotEmpty();
    assertThat(
            StoreLayout.checkKey(
                StoreLayout.quarantine(Long.MAX_VALUE, StoreLayout.recipe(longest))))
        .isNotEmpty();
  }

  @Test
  void aPackIsNamedByDigitsAlone() {
    assertThatThrownBy(() -> StoreLayout.pack("../" + HEX))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> StoreLayout.pack(HEX.toUpperCase(java.util.Locale.ROOT)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}

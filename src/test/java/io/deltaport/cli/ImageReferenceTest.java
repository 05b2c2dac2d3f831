package io.deltaport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ImageReferenceTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "new,false",
    "new.tar,true",
    "new.tar:v2,true",
    "new.oci,true",
    "oci:new.tar,false",
    "oci:new,false",
    "oci-archive:new.img,true",
    "oci-archive:new.img:v2,true"
  })
  void knowsWhatAnImageIsWrittenAs(String text, boolean archive) {
    assertThat(ImageReference.local(text).archive()).isEqualTo(archive);
  }

  @ParameterizedTest
  @CsvSource({"team/os:v1,team/os,v1", "os,os,", "os@sha256:ab,os,sha256:ab"})
  void takesWhatIsNoFileForAnImageOnTheServer(String text, String name, String reference) {
    ImageReference image = ImageReference.parse(text);
    assertThat(image.isLocal()).isFalse();
    assertThat(image.name()).isEqualTo(name);
    assertThat(image.reference()).isEqualTo(reference);
  }

  @Test
  void takesAnExistingFolderForALayout() {
    ImageReference image = ImageReference.parse(folder + ":v1");
    assertThat(image.path()).isEqualTo(folder);
    assertThat(image.reference()).isEqualTo("v1");
  }
}

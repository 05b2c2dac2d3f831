package io.deltaport.delta;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class VersionlessPathTest {
  @ParameterizedTest
  @CsvSource({
    "usr/lib/modules/6.1.0-13-amd64/kernel/fs/xfs/xfs.ko,"
        + " usr/lib/modules/6.1.0-30-amd64/kernel/fs/xfs/xfs.ko",
    "usr/lib/libfoo.so.1.2, usr/lib/libfoo.so.1.3",
    "usr/lib/libfoo.so.1.2, usr/lib/libfoo.so.2.0.1",
    "boot/vmlinuz-6.1.0-9-amd64, boot/vmlinuz-6.1.0-10-amd64",
    "usr/lib/python3.9/os.py, usr/lib/python3.11/os.py",
  })
  void releasesOfOneFileAreEqual(String old, String now) {
    assertThat(VersionlessPath.of(old)).isEqualTo(VersionlessPath.of(now));
  }

  @ParameterizedTest
  @CsvSource({
    "usr/lib/libfoo.so, usr/lib/libfoo.so.1",
    "usr/lib/a.ko, usr/lib/b.ko",
    "usr/lib/1/a, usr/lib/a",
    "usr/x1/2y, usr/x12y",
  })
  void differentFilesStayDifferent(String one, String other) {
    assertThat(VersionlessPath.of(one)).isNotEqualTo(VersionlessPath.of(other));
  }
}

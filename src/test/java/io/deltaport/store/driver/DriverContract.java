package io.deltaport.store.driver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every {@link Driver} does; each test also fails when it leaves an unfinished file behind.
 */
abstract class DriverContract {
  static final String KEY = "blobs/sha256/ab/abcdef";

  private Driver driver;

  /** Opens the store; a second call opens it again, as another process would. */
  abstract Driver open() throws IOException;

  /** Names every file in the making that the store still holds. */
  abstract List<String> leftBehind() throws IOException;

  @BeforeEach
  final void openDriver() throws IOException {
    driver = open();
  }

  @AfterEach
  final void nothingIsLeftBehind() throws IOException {
    assertThat(leftBehind()).isEmpty();
  }

  final Driver driver() {
    return driver;
  }

  @Test
  void whatIsPublishedCanBeRead() throws IOException {
    publish(KEY, "content");
    assertThat(driver.length(KEY)).isEqualTo(7);
    assertThat(content(KEY)).isEqualTo("content");
  }

  @Test
  void largeFilesComeBackAsWritten() throws IOException {
    byte[] bytes = new byte[3_000_001];
    new Random(1).nextBytes(bytes);
    try (PendingFile file = driver.create()) {
      file.output().write(bytes, 0, 1_000_000);
      file.output().write(bytes[1_000_000]);
      file.output().write(bytes, 1_000_001, 2_000_000);
      assertThat(file.length()).isEqualTo(bytes.length);
      file.publish(KEY);
    }
    try (InputStream in = driver.read(KEY, 0, bytes.length)) {
      assertThat(in.readAllBytes()).isEqualTo(bytes);
    }
  }

  @Test
  void anEmptyFileIsAFile() throws IOException {
    publish(KEY, "");
    assertThat(driver.length(KEY)).isZero();
    assertThat(content(KEY)).isEmpty();
  }

  @Test
  void rangesAreReadExactly() throws IOException {
    publish(KEY, "0123456789");
    try (InputStream in = driver.read(KEY, 3, 4)) {
      assertThat(in.available()).isEqualTo(4);
      assertThat(in.read()).isEqualTo('3');
      assertThat(in.skip(1)).isEqualTo(1);
      assertThat(in.readAllBytes()).isEqualTo("56".getBytes(UTF_8));
      assertThat(in.read()).isEqualTo(-1);
      assertThat(in.skip(1)).isZero();
    }
    try (InputStream in = driver.read(KEY, 10, 0)) {
      assertThat(in.read()).isEqualTo(-1);
    }
  }

  @Test
  void aRangeBeyondTheEndIsRefused() throws IOException {
    publish(KEY, "0123456789");
    assertThatThrownBy(() -> driver.read(KEY, 3, 8)).isInstanceOf(EOFException.class);
    assertThatThrownBy(() -> driver.read(KEY, 11, 0)).isInstanceOf(EOFException.class);
    assertThatThrownBy(() -> driver.read(KEY, 1, Long.MAX_VALUE)).isInstanceOf(EOFException.class);
    assertThatThrownBy(() -> driver.read(KEY, -1, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> driver.read(KEY, 0, -1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatIsNotThereIsNamed() {
    assertThatThrownBy(() -> driver.length(KEY))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining(KEY);
    assertThatThrownBy(() -> driver.read(KEY, 0, 0)).isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> driver.length("blobs")).isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void nothingIsVisibleBeforePublishing() throws IOException {
    try (PendingFile file = driver.create()) {
      write(file, "half");
      file.sync();
      assertThatThrownBy(() -> driver.length(KEY)).isInstanceOf(NoSuchFileException.class);
    }
    assertThatThrownBy(() -> driver.length(KEY)).isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void aFileReplacesTheOneUnderItsKey() throws IOException {
    publish(KEY, "damaged by the disk");
    try (InputStream reader = driver.read(KEY, 0, driver.length(KEY))) {
      publish(KEY, "good");
      assertThat(content(KEY)).isEqualTo("good");
      assertThat(new String(reader.readAllBytes(), UTF_8)).isEqualTo("damaged by the disk");
    }
  }

  @Test
  void findingTellsWhatAListingShows() throws IOException {
    assertThat(driver.find(KEY)).isEmpty();
    assertThat(driver.find("blobs")).isEmpty();
    publish(KEY, "12345");
    assertThat(driver.find(KEY)).isEqualTo(driver.list("blobs/", "", 10).stream().findFirst());
    assertThat(driver.find(KEY).orElseThrow().lengthBytes()).isEqualTo(5);
  }

  @Test
  void aDamagedFileMovesAsideOnce() throws IOException {
    publish(KEY, "damaged");
    StoredFile seen = driver.find(KEY).orElseThrow();
    String aside = StoreLayout.quarantine(7, KEY);
    assertThat(driver.quarantine(seen, aside)).isTrue();
    assertThat(driver.find(KEY)).isEmpty();
    assertThat(content(aside)).isEqualTo("damaged");
    assertThat(driver.quarantine(seen, aside)).isFalse();
  }

  @Test
  void aFileThatWasPublishedAgainSinceItWasSeenStays() throws IOException {
    publish(KEY, "the same");
    StoredFile seen = driver.find(KEY).orElseThrow();
    do {
      publish(KEY, "the same");
    } while (driver.find(KEY).orElseThrow().equals(seen)); // until the disk's clock ticks
    assertThat(driver.delete(seen)).isFalse();
    assertThat(content(KEY)).isEqualTo("the same");
    assertThat(driver.delete(driver.find(KEY).orElseThrow())).isTrue();
    assertThat(driver.find(KEY)).isEmpty();
    assertThat(driver.delete(seen)).isFalse();
  }

  @Test
  void aFileThatWasReplacedSinceItWasSeenStays() throws IOException {
    publish(KEY, "damaged");
    StoredFile seen = driver.find(KEY).orElseThrow();
    publish(KEY, "good bytes");
    assertThat(driver.quarantine(seen, StoreLayout.quarantine(7, KEY))).isFalse();
    assertThat(driver.delete(seen)).isFalse();
    assertThat(content(KEY)).isEqualTo("good bytes");
    assertThat(driver.list(StoreLayout.QUARANTINE, "", 1)).isEmpty();
  }

  @Test
  void closingThePublishedFileChangesNothing() throws IOException {
    PendingFile file = driver.create();
    write(file, "x");
    file.publish(KEY);
    file.close();
    file.close();
    assertThat(content(KEY)).isEqualTo("x");
    assertThatThrownBy(() -> write(file, "y")).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> file.publish(KEY)).isInstanceOf(IOException.class);
    assertThatThrownBy(file::sync).isInstanceOf(IOException.class);
    assertThatThrownBy(file::read).isInstanceOf(IOException.class);
  }

  @Test
  void closingTheOutputChangesNothing() throws IOException {
    try (PendingFile file = driver.create()) {
      try (OutputStream out = file.output()) {
        out.write('a');
      }
      write(file, "b");
      file.publish(KEY);
    }
    assertThat(content(KEY)).isEqualTo("ab");
  }

  @Test
  void aPendingFileCanBeReadAndCutBack() throws IOException {
    try (PendingFile file = driver.create()) {
      write(file, "0123456789");
      file.truncate(4);
      assertThat(file.length()).isEqualTo(4);
      write(file, "ab");
      try (InputStream in = file.read()) {
        assertThat(new String(in.readAllBytes(), UTF_8)).isEqualTo("0123ab");
      }
      assertThatThrownBy(() -> file.truncate(7)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> file.truncate(-1)).isInstanceOf(IllegalArgumentException.class);
      file.publish(KEY);
    }
    assertThat(content(KEY)).isEqualTo("0123ab");
  }

  @Test
  void aNamedFileOutlivesItsProcess() throws IOException {
    try (PendingFile file = driver.create("upload-1")) {
      write(file, "durable");
      file.sync();
      write(file, " and a tail that nobody acknowledged");
    }
    Driver restarted = open();
    try (PendingFile file = restarted.resume("upload-1", 7)) {
      assertThat(file.length()).isEqualTo(7);
      write(file, " end");
      file.publish(KEY);
    }
    assertThat(content(KEY)).isEqualTo("durable end");
    assertThatThrownBy(() -> driver.resume("upload-1", 0)).isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void aNameIsTakenUntilItIsDiscarded() throws IOException {
    driver.create("upload-1").close();
    assertThatThrownBy(() -> driver.create("upload-1"))
        .isInstanceOf(FileAlreadyExistsException.class);
    driver.discard("upload-1");
    driver.discard("upload-1");
    driver.create("upload-1").close();
    driver.discard("upload-1");
  }

  @Test
  void resumingMoreThanThereIsFails() throws IOException {
    try (PendingFile file = driver.create("upload-1")) {
      write(file, "1234");
    }
    assertThatThrownBy(() -> driver.resume("upload-1", 5)).isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> driver.resume("upload-2", 0)).isInstanceOf(NoSuchFileException.class);
    driver.discard("upload-1");
  }

  @Test
  void deletingTwiceIsNoError() throws IOException {
    publish(KEY, "x");
    driver.delete(KEY);
    driver.delete(KEY);
    assertThatThrownBy(() -> driver.length(KEY)).isInstanceOf(NoSuchFileException.class);
    publish(KEY, "again");
    assertThat(content(KEY)).isEqualTo("again");
  }

  @Test
  void filesAreListedInOrderOfTheirKeysPageByPage() throws IOException {
    List<String> keys =
        List.of("blobs/a-b/1", "blobs/a/1", "blobs/a/2", "blobs/a0", "blobs/b/c/d/e", "blobs/b/z");
    for (String key : keys.reversed()) {
      publish(key, key);
    }
    publish("packs/a", "elsewhere");
    assertThat(driver.list("blobs/", "", 100)).extracting(StoredFile::key).isEqualTo(keys);
    for (int size = 1; size <= keys.size(); size++) {
      assertThat(allPages("blobs/", size)).isEqualTo(keys);
    }
    assertThat(driver.list("blobs/a/", "", 9))
        .extracting(StoredFile::key)
        .containsExactly("blobs/a/1", "blobs/a/2");
    assertThat(driver.list("blobs/", "blobs/a/11", 1))
        .extracting(StoredFile::key)
        .containsExactly("blobs/a/2");
    assertThat(driver.list("blobs/", "blobs/b/z", 9)).isEmpty();
    assertThat(driver.list("recipes/", "", 9)).isEmpty();
  }

  @Test
  void aListingShowsLengthAndTimeOfWhatIsPublished() throws IOException {
    Instant before = Instant.now().minusSeconds(5);
    publish(KEY, "content");
    try (PendingFile half = driver.create()) {
      write(half, "not yet");
      StoredFile only = driver.list("blobs/", "", 9).getFirst();
      assertThat(driver.list("blobs/", "", 9)).containsExactly(only);
      assertThat(only.key()).isEqualTo(KEY);
      assertThat(only.lengthBytes()).isEqualTo(7);
      assertThat(only.modified()).isAfter(before);
    }
    driver.delete(KEY);
    assertThat(driver.list("blobs/", "", 9)).isEmpty();
  }

  @Test
  void pendingFilesAreListedByName() throws IOException {
    assertThat(driver.listPending("", 9)).isEmpty();
    try (PendingFile one = driver.create("upload-1");
        PendingFile two = driver.create("upload-2");
        PendingFile anonymous = driver.create()) {
      write(one, "12345");
      write(anonymous, "never listed");
      assertThat(driver.listPending("", 9))
          .extracting(StoredFile::key)
          .containsExactly("upload-1", "upload-2");
      assertThat(driver.listPending("", 1)).extracting(StoredFile::lengthBytes).containsExactly(5L);
      assertThat(driver.listPending("upload-1", 9))
          .extracting(StoredFile::key)
          .containsExactly("upload-2");
      one.publish(KEY);
      two.truncate(0);
    }
    driver.discard("upload-2");
    assertThat(driver.listPending("", 9)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "blobs", "../", "blobs/../", "pending/", "temp/", "blobs//"})
  void onlyFoldersOfTheStoreAreListed(String prefix) {
    assertRefused(() -> driver.list(prefix, "", 1));
  }

  @Test
  void aPageHasAtLeastOneFile() {
    assertRefused(() -> driver.list("blobs/", "", 0));
    assertRefused(() -> driver.listPending("", 0));
  }

  private List<String> allPages(String prefix, int size) throws IOException {
    List<String> keys = new ArrayList<>();
    String last = "";
    for (List<StoredFile> page = driver.list(prefix, last, size);
        !page.isEmpty();
        page = driver.list(prefix, last, size)) {
      assertThat(page.size()).isLessThanOrEqualTo(size);
      page.forEach(file -> keys.add(file.key()));
      last = keys.getLast();
    }
    return keys;
  }

  @Test
  void manyPublishersOfOneKeyAllSucceed() throws Exception {
    Callable<Void> publisher =
        () -> {
          publish(KEY, "same bytes");
          return null;
        };
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Void>> all =
          threads.invokeAll(IntStream.range(0, 16).mapToObj(i -> publisher).toList());
      for (Future<Void> one : all) {
        one.get();
      }
    }
    assertThat(content(KEY)).isEqualTo("same bytes");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "/a",
        "a/",
        "a//b",
        "..",
        "../a",
        "a/../b",
        "a/.",
        ".hidden",
        "A",
        "a b",
        "a\0b",
        "a\\b",
        "a\nb",
        "é",
        "pending",
        "pending/x",
        "temp/x",
        "temp"
      })
  void keysThatCouldLeaveTheStoreAreRefused(String key) throws IOException {
    assertRefused(() -> driver.length(key));
    assertRefused(() -> driver.read(key, 0, 0));
    assertRefused(() -> driver.path(key));
    assertRefused(() -> driver.delete(key));
    try (PendingFile file = driver.create()) {
      assertRefused(() -> file.publish(key));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "a/b", "../a", "A", ".x", "a\0"})
  void namesThatAreNoPlainSegmentAreRefused(String name) {
    assertRefused(() -> driver.create(name));
    assertRefused(() -> driver.resume(name, 0));
    assertRefused(() -> driver.discard(name));
  }

  @Test
  void overlongKeysAreRefused() {
    String segment = "a".repeat(200);
    assertRefused(() -> driver.length(segment + "a"));
    assertRefused(() -> driver.length(String.join("/", segment, segment, segment)));
  }

  private static void assertRefused(Callable<?> call) {
    assertThatThrownBy(call::call).isInstanceOf(IllegalArgumentException.class);
  }

  private static void assertRefused(Action call) {
    assertThatThrownBy(call::run).isInstanceOf(IllegalArgumentException.class);
  }

  final void publish(String key, String content) throws IOException {
    try (PendingFile file = driver.create()) {
      write(file, content);
      file.publish(key);
    }
  }

  static void write(PendingFile file, String content) throws IOException {
    byte[] bytes = content.getBytes(UTF_8);
    byte[] padded = Arrays.copyOf(bytes, bytes.length + 1);
    file.output().write(padded, 0, bytes.length);
  }

  final String content(String key) throws IOException {
    try (InputStream in = driver.read(key, 0, driver.length(key))) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  private interface Action {
    void run() throws IOException;
  }
}

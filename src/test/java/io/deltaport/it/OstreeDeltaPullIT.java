package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Devices that check every signature pull a release by the static delta that the server made when
 * its tag moved, and refuse what was changed on the way.
 */
final class OstreeDeltaPullIT {
  private static final String REF = "stable";

  /** What a pull takes beside its delta: summary, signatures, superblock, commit, headers. */
  private static final int META_BYTES = 256 << 10;

  @RegisterExtension static final WorkFolder FOLDER = new WorkFolder();

  private static ServerProcess server;
  private static Registry registry;
  private static AlteringProxy mirror;
  private static FleetKey key;
  private static byte[] oldSummary;
  private static byte[] oldSignature;
  private static StaticDelta delta;

  @BeforeAll
  static void release() throws Exception {
    Clients.require("ostree");
    Path folder = FOLDER.fresh();
    server = ServerProcess.start(folder.resolve("data"));
    mirror = new AlteringProxy(server);
    registry = new Registry(server, "fleet/os");
    key = FleetKey.make(server, folder);
    String before = OstreeRemote.of(registry).release(Trees.small().layout(), "v1", REF);
    oldSummary = get("summary");
    oldSignature = get("summary.sig");
    String after = OstreeRemote.of(registry).release(Trees.small().layout(), "v2", REF);
    delta = StaticDelta.await(registry, before, after);
  }

  @AfterAll
  static void stop() {
    mirror.close();
    server.close();
  }

  @AfterEach
  void nothingWorseThanARefusal() {
    mirror.heal();
    assertThat(server.log()).doesNotContain(" ERROR ", "Exception");
  }

  private static byte[] get(String file) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      var answer =
          client.send(
              HttpRequest.newBuilder(
                      URI.create(server.url() + OstreeRemote.of(registry).path(file)))
                  .build(),
              BodyHandlers.ofByteArray());
      assertThat(answer.statusCode()).isEqualTo(200);
      return answer.body();
    }
  }

  /** Makes a repository that checks everything that can be signed. */
  private static OstreeRepo device(String mode, String base) {
    OstreeRepo repo = OstreeRepo.init(FOLDER.fresh().resolve("repo"), mode);
    key.remote(repo, base + OstreeRemote.of(registry).path(""));
    return repo;
  }

  /** As a device that runs the release before. */
  private static OstreeRepo deviceAtV1(String mode, String base) {
    OstreeRepo repo = device(mode, server.url());
    repo.ostree("pull", "origin", delta.from()).ok();
    repo.ostree("refs", "--create=origin:" + REF, delta.from()).ok();
    repo.ostree("config", "set", "remote \"origin\".url", base + OstreeRemote.of(registry).path(""))
        .ok();
    return repo;
  }

  private static Command upgrade(OstreeRepo repo) {
    return repo.ostree("pull", "--require-static-deltas", "--timestamp-check", "origin", REF);
  }

  /** Without this libostree before 2023.7 fetches the objects one by one beside the delta. */
  private static void fetchCommit(OstreeRepo repo) {
    repo.ostree("pull", "--commit-metadata-only", "origin", delta.to()).ok();
  }

  private static void check(OstreeRepo repo) {
    assertThat(repo.ostree("rev-parse", "origin:" + REF).ok().strip()).isEqualTo(delta.to());
    repo.ostree("fsck").ok();
  }

  @ParameterizedTest
  @ValueSource(strings = {"bare", "bare-user"})
  void aReleaseComesByDelta(String mode) throws IOException {
    try (CountingProxy network = new CountingProxy(server)) {
      OstreeRepo repo = deviceAtV1(mode, "http://" + network.host());
      fetchCommit(repo);
      long before = network.servedBytes();
      upgrade(repo).ok();
      assertThat(network.servedBytes() - before).isBetween(delta.size(), delta.size() + META_BYTES);
      check(repo);
    }
  }

  @Test
  void aDeviceWithNothingTakesADeltaFromNothing() throws IOException {
    StaticDelta whole = StaticDelta.demand(registry, null, delta.to());
    try (CountingProxy network = new CountingProxy(server)) {
      OstreeRepo repo = device("bare-user", "http://" + network.host());
      fetchCommit(repo);
      upgrade(repo).ok();
      assertThat(network.servedBytes()).isBetween(whole.size(), whole.size() + META_BYTES);
      check(repo);
    }
  }

  @Test
  void cfsctlPullsByDelta() throws IOException {
    Cfsctl cfsctl = Cfsctl.init(FOLDER.fresh());
    try (CountingProxy network = new CountingProxy(server)) {
      String url = "http://" + network.host() + OstreeRemote.of(registry).path("");
      cfsctl.command("ostree", "pull", url, delta.from()).ok();
      long before = network.servedBytes();
      assertThat(cfsctl.command("ostree", "pull", url, REF).ok()).contains(delta.to());
      assertThat(network.servedBytes() - before).isBetween(delta.size(), delta.size() + META_BYTES);
    }
  }

  @Test
  void aCutSuperblockIsRefused() {
    isRefused("/superblock", bytes -> Arrays.copyOf(bytes, bytes.length - 1), "invalid checksum");
  }

  @Test
  void aPartWithOneOtherByteIsRefused() {
    isRefused("/0", OstreeDeltaPullIT::changed, "");
  }

  @Test
  void anObjectWithOneOtherByteIsRefused() {
    mirror.alter(".filez", OstreeDeltaPullIT::changed);
    OstreeRepo repo = deviceAtV1("bare-user", mirror.url());
    assertThat(repo.ostree("pull", "--disable-static-deltas", "origin", REF).run().status())
        .isNotZero();
    assertThat(repo.ostree("rev-parse", "origin:" + REF).ok().strip()).isEqualTo(delta.from());
    mirror.heal();
    upgrade(repo).ok();
    check(repo);
  }

  @Test
  void yesterdaysSummaryWithTodaysSignatureIsRefused() {
    isRefused("/summary", bytes -> oldSummary, "signature");
  }

  @Test
  void yesterdaysSignedSummaryTakesNoDeviceBack() {
    OstreeRepo repo = deviceAtV1("bare-user", mirror.url());
    upgrade(repo).ok();
    mirror.alter("/summary", bytes -> oldSummary);
    mirror.alter("/summary.sig", bytes -> oldSignature);
    Command.Result back = repo.ostree("pull", "--timestamp-check", "origin", REF).run();
    assertThat(back.status()).isNotZero();
    assertThat(back.err()).contains("chronologically older");
    check(repo);
  }

  private static byte[] changed(byte[] bytes) {
    byte[] other = bytes.clone();
    other[other.length / 2] ^= 1;
    return other;
  }

  /** Lets a device try with something changed, and then again without. */
  private static void isRefused(String suffix, UnaryOperator<byte[]> change, String message) {
    OstreeRepo repo = deviceAtV1("bare-user", mirror.url());
    mirror.alter(suffix, change);
    Command.Result refused = upgrade(repo).run();
    assertThat(refused.status()).isNotZero();
    assertThat(refused.err()).containsIgnoringCase(message);
    assertThat(repo.ostree("rev-parse", "origin:" + REF).ok().strip()).isEqualTo(delta.from());
    mirror.heal();
    upgrade(repo).ok();
    check(repo);
  }
}

package io.deltaport.cli;

import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.OstreeFormatException;
import io.deltaport.ostree.RefName;
import io.deltaport.ostree.SummaryRefs;
import io.deltaport.ostree.repo.RepoFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.SortedMap;

/** A repository behind a URL. Thread-safe. */
final class HttpFiles implements RepoFiles {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  /** Times that a request is sent before its failure counts. */
  private static final int ATTEMPTS = 4;

  private static final long PAUSE_MILLIS = 500;

  /** Ten thousand refs with long names. */
  private static final int SUMMARY_BYTES_MAX = 16 << 20;

  private static final int REF_BYTES_MAX = 128;
  private static final int OK = 200;
  private static final int NOT_FOUND = 404;
  private static final int GONE = 410;
  private static final int SERVER_ERROR = 500;

  private final String base;
  private final HttpClient http =
      HttpClient.newBuilder()
          .connectTimeout(TIMEOUT)
          .followRedirects(HttpClient.Redirect.NORMAL)
          .build();

  HttpFiles(String url) {
    this.base = url.endsWith("/") ? url : url + "/";
  }

  @Override
  public InputStream open(String path) throws IOException {
    URI address = URI.create(base + path);
    HttpRequest request = HttpRequest.newBuilder(address).timeout(TIMEOUT).build();
    for (int attempt = 1; ; attempt++) {
      try {
        HttpResponse<InputStream> response = http.send(request, BodyHandlers.ofInputStream());
        int status = response.statusCode();
        if (status == OK) {
          return response.body();
        }
        response.body().close();
        if (status == NOT_FOUND || status == GONE) {
          throw new NoSuchFileException(address.toString());
        }
        if (status < SERVER_ERROR || attempt == ATTEMPTS) {
          throw new IOException(address + " answers with status " + status);
        }
      } catch (NoSuchFileException e) {
        throw e;
      } catch (IOException e) {
        if (attempt == ATTEMPTS) {
          throw new IOException(address + " cannot be fetched: " + e.getMessage(), e);
        }
      } catch (InterruptedException e) {
        throw interrupted();
      }
      pause(attempt);
    }
  }

  private static void pause(int attempt) throws IOException {
    try {
      Thread.sleep(PAUSE_MILLIS * attempt);
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private static IOException interrupted() {
    Thread.currentThread().interrupt();
    return new InterruptedIOException("interrupted");
  }

  @Override
  public Optional<Path> local(String path) {
    return Optional.empty();
  }

  @Override
  public SortedMap<String, Checksum> refs() throws IOException {
    try (InputStream in = open("summary")) {
      byte[] summary = in.readNBytes(SUMMARY_BYTES_MAX + 1);
      if (summary.length > SUMMARY_BYTES_MAX) {
        throw new OstreeFormatException("the summary is too long");
      }
      return SummaryRefs.read(summary);
    } catch (NoSuchFileException e) {
      throw new OstreeFormatException(
          "the repository has no summary that lists its refs: name each with --ref");
    }
  }

  @Override
  public Optional<Checksum> ref(String name) throws IOException {
    if (!RefName.isValid(name)) {
      return Optional.empty();
    }
    try (InputStream in = open("refs/heads/" + name)) {
      String text = new String(in.readNBytes(REF_BYTES_MAX), StandardCharsets.US_ASCII);
      return Optional.of(Checksum.parse(text.strip()));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      throw new OstreeFormatException("the ref " + name + " is no checksum");
    }
  }
}

package io.deltaport.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** Reads jobs from a stream of server-sent events. Not thread-safe. */
final class JobEventReader implements AutoCloseable {
  private static final String DATA = "data:";

  private final BufferedReader lines;

  JobEventReader(InputStream events) {
    lines = new BufferedReader(new InputStreamReader(events, StandardCharsets.UTF_8));
  }

  /** Waits for the next job; null at the end of the stream. */
  JsonNode next() throws IOException {
    StringBuilder data = new StringBuilder();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith(DATA)) {
        data.append(line.substring(DATA.length()));
      } else if (line.isEmpty() && !data.isEmpty()) {
        return parse(data.toString());
      }
    }
    return null;
  }

  private static JsonNode parse(String text) {
    try {
      return Json.parse(text);
    } catch (JsonProcessingException e) {
      throw new CliException("the server told of a job in something that is no JSON", e);
    }
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}

package io.deltaport.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Follows a job of the server to its end. */
final class JobWatch {
  private static final Duration INTERVAL = Duration.ofMillis(300);

  private JobWatch() {}

  /** Shows progress until the job has ended, and returns it. */
  static JsonNode untilEnded(ApiClient client, String id) {
    try (ProgressBar bar = new ProgressBar()) {
      while (true) {
        JsonNode job = client.get("/api/v1/jobs/" + ApiClient.encode(id));
        switch (job.path("state").asText()) {
          case "done", "failed", "cancelled" -> {
            return job;
          }
          default ->
              bar.update(
                  job.path("stage").asText(job.path("state").asText()),
                  job.path("done").asLong(0),
                  job.path("total").asLong(-1));
        }
        LockSupport.parkNanos(INTERVAL.toNanos());
      }
    }
  }

  /** Says how a job ended that did not succeed. */
  static String outcome(JsonNode job) {
    return job.path("state").asText() + ": " + job.path("error").asText("no reason was given");
  }
}

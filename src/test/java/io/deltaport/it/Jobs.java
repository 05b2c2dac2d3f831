package io.deltaport.it;

import io.restassured.response.Response;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The server's jobs for one repository, through its JSON API. */
final class Jobs {
  private static final Set<String> OPEN = Set.of("queued", "running");

  private Jobs() {}

  /** Waits until nothing is left to do. */
  static void awaitIdle(Registry registry) {
    Await.until(
        "the jobs of " + registry.repository() + " are done",
        Await.PATIENCE,
        () -> list(registry).stream().noneMatch(job -> OPEN.contains(job.get("state"))));
  }

  /** Waits until a job of a kind runs, or has already run. */
  static void awaitBegun(Registry registry, String kind) {
    Await.until(
        "a job of kind " + kind + " runs",
        Await.PATIENCE,
        () ->
            list(registry).stream()
                .anyMatch(job -> kind.equals(job.get("kind")) && !isQueued(job)));
  }

  private static boolean isQueued(Map<String, String> job) {
    return "queued".equals(job.get("state"));
  }

  private static List<Map<String, String>> list(Registry registry) {
    Response response = registry.request().get("/api/v1/jobs?n=1000");
    List<Map<String, String>> jobs = response.jsonPath().getList("jobs");
    return jobs.stream()
        .filter(job -> registry.repository().equals(job.get("repository")))
        .toList();
  }
}

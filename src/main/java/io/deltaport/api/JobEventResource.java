package io.deltaport.api;

import io.deltaport.api.Views.JobView;
import io.deltaport.image.RegistryException;
import io.deltaport.job.JobEntity;
import io.deltaport.job.JobEvents;
import io.deltaport.job.JobRequests;
import io.deltaport.job.JobWatcher;
import io.deltaport.oci.ErrorCode;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestQuery;

/**
 * Sends jobs as they change as server-sent events: each is named {@code job}, its data is what
 * {@code GET /api/v1/jobs/ID} gives.
 */
@Path("/api/v1/jobs")
@RunOnVirtualThread
public class JobEventResource {
  /** Comments come so often when nothing happens, so that no proxy takes the client for dead. */
  private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(15);

  /** Jobs that are told of at the beginning. */
  private static final int ACTIVE_MAX = 1_000;

  private final JobEvents events;
  private final JobRequests jobs;

  JobEventResource(JobEvents events, JobRequests jobs) {
    this.events = events;
    this.jobs = jobs;
  }

  @GET
  @Path("/events")
  @Produces(MediaType.SERVER_SENT_EVENTS)
  @Operation(
      summary = "Watch jobs",
      description = "Those that have not ended come first, then each one that changes")
  public void all(
      @RestQuery Optional<String> repository, @Context Sse sse, @Context SseEventSink sink) {
    String name = Parameters.repository(repository);
    JobWatcher watcher = watcher();
    try (watcher;
        sink) {
      Stream<JobEntity> active =
          Stream.of("running", "queued")
              .flatMap(state -> jobs.list(name, state, ACTIVE_MAX).reversed().stream());
      send(sse, sink, active.toList());
      while (!sink.isClosed() && !watcher.isTooSlow()) {
        Optional<JobEntity> job = watcher.next(SIGN_OF_LIFE);
        if (job.isEmpty()) {
          sendNow(sink, sse.newEventBuilder().comment("nothing new").build());
        } else if (name.isEmpty() || job.get().repository.equals(name)) {
          send(sse, sink, List.of(job.get()));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @GET
  @Path("/{id}/events")
  @Produces(MediaType.SERVER_SENT_EVENTS)
  @Operation(
      summary = "Watch one job until it has ended",
      description = "Its present state comes first, its last one last")
  public void one(String id, @Context Sse sse, @Context SseEventSink sink) {
    UUID wanted = JobResource.parse(id);
    // An error can be told only as long as nothing was sent.
    JobResource.found(id, jobs.find(wanted));
    JobWatcher watcher = watcher();
    try (watcher;
        sink) {
      Optional<JobEntity> job = jobs.find(wanted);
      while (!sink.isClosed() && !watcher.isTooSlow()) {
        if (job.isEmpty()) {
          sendNow(sink, sse.newEventBuilder().comment("nothing new").build());
        } else if (job.get().id.equals(wanted)) {
          send(sse, sink, List.of(job.get()));
          if (job.get().hasEnded()) {
            return;
          }
        }
        job = watcher.next(SIGN_OF_LIFE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private JobWatcher watcher() {
    return events
        .watch()
        .orElseThrow(
            () ->
                new RegistryException(
                    ErrorCode.TOOMANYREQUESTS, "too many watch jobs; ask for them now and then"));
  }

  private static void send(Sse sse, SseEventSink sink, List<JobEntity> found) {
    for (JobEntity job : found) {
      sendNow(
          sink,
          sse.newEventBuilder()
              .name("job")
              .mediaType(MediaType.APPLICATION_JSON_TYPE)
              .data(JobView.class, JobView.of(job))
              .build());
    }
  }

  /** Waits until it is sent, so that a slow client holds no more than its own queue. */
  private static void sendNow(SseEventSink sink, OutboundSseEvent event) {
    try {
      sink.send(event).toCompletableFuture().join();
    } catch (CompletionException e) {
      sink.close(); // The client has gone.
    }
  }
}

package io.deltaport.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import io.deltaport.api.Views.DeltaRequest;
import io.deltaport.image.DeltaRequests;
import io.deltaport.image.StaticDeltaRequests;
import io.deltaport.image.update.UpdatePlan;
import io.deltaport.image.update.UpdatePlan.Kind;
import io.deltaport.image.update.UpdatePlan.Step;
import io.deltaport.image.update.UpdatePlan.Way;
import java.util.List;

/** The JSON objects of update plans. Fields without a value are left out. */
public final class UpdateViews {
  private UpdateViews() {}

  /** Every way from one image to another; {@code fullSize} is what a new device pulls. */
  @JsonInclude(Include.NON_NULL)
  public record PlanView(
      String repository, ImageView from, ImageView to, long fullSize, List<WayView> ways) {
    static PlanView of(UpdatePlan plan) {
      return new PlanView(
          plan.repository(),
          plan.source() == null ? null : ImageView.of(plan.source()),
          ImageView.of(plan.target()),
          plan.fullBytes(),
          plan.ways().stream().map(way -> WayView.of(plan, way)).toList());
    }
  }

  /** An image, and as what it was asked for. */
  public record ImageView(String digest, String reference) {
    static ImageView of(UpdatePlan.Image image) {
      return new ImageView(image.digest().toString(), image.reference());
    }
  }

  /**
   * A way: {@code pull}, {@code restacked}, {@code oci-delta} or {@code ostree}. One that is not
   * ready has what is to be posted to /api/v1/deltas in {@code request}. A delta that would be much
   * smaller if the image were built otherwise says so in {@code hint}.
   */
  @JsonInclude(Include.NON_NULL)
  public record WayView(
      String kind,
      boolean ready,
      Long size,
      Double ratio,
      List<StepView> steps,
      DeltaRequest request,
      String hint) {
    private static final String MOSTLY_COMPRESSED =
        "about %d %% of this delta are changed files that are compressed by themselves, into which no"
            + " delta looks; `deltaport delta inspect --plain FROM TO` tells what it would be if the"
            + " image had them plain, and how to build it so";

    static WayView of(UpdatePlan plan, Way way) {
      return new WayView(
          kind(way.kind()),
          way.isReady(),
          way.isReady() ? way.bytes() : null,
          way.isReady() ? Views.share(way.bytes(), plan.fullBytes()) : null,
          way.isReady() ? way.steps().stream().map(StepView::of).toList() : null,
          way.isReady() ? null : request(plan, way.kind()),
          way.isMostlyCompressed() ? hint(way) : null);
    }

    private static String hint(Way way) {
      return MOSTLY_COMPRESSED.formatted(Math.round(100.0 * way.compressedBytes() / way.bytes()));
    }

    private static DeltaRequest request(UpdatePlan plan, Kind kind) {
      return new DeltaRequest(
          plan.repository(),
          plan.source() == null ? null : plan.source().digest().toString(),
          plan.target().digest().toString(),
          kind(kind),
          null);
    }

    private static String kind(Kind kind) {
      return switch (kind) {
        case PULL -> "pull";
        case RESTACKED -> "restacked";
        case OCI_DELTA -> DeltaRequests.FORMAT;
        case STATIC_DELTA -> StaticDeltaRequests.FORMAT;
      };
    }
  }

  /** A thing that is fetched: {@code name} is a digest, or the id of a static delta. */
  @JsonInclude(Include.NON_NULL)
  public record StepView(String from, String to, String name, long size) {
    static StepView of(Step step) {
      return new StepView(step.from(), step.to(), step.name(), step.bytes());
    }
  }
}

package io.deltaport.image;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithParentName;
import java.util.List;

/** The settings below {@code deltaport.restack}. */
@ConfigMapping(prefix = "deltaport.restack")
interface RestackConfig {
  /** The rules; the first one that matches repository and tag is the one for the tag. */
  @WithParentName
  List<Rule> rules();

  /** Which tags get a restacked one beside them. */
  interface Rule {
    /** Patterns of repository names. */
    @WithDefault("**")
    List<String> repositories();

    /** Patterns of tags. */
    List<String> tags();

    /** What the name of the restacked tag ends with. */
    @WithDefault("-incremental")
    String suffix();

    /** Layers that are put on top of an image before the tag begins anew with a whole one. */
    @WithDefault("5")
    int maxSteps();

    /** A layer that takes more than this part of the whole image is not worth it. */
    @WithDefault("0.7")
    double maxRatio();

    /** How layers are compressed. */
    @WithDefault("zstd")
    RestackCompression compression();
  }
}

package io.deltaport.delta.plain;

import java.util.Locale;
import java.util.regex.Pattern;

/** What a compressed file is, and how a release engineer has it stored plain. */
public enum CompressedKind {
  // Linux 6.12 made the choice of 5.13 an option of its own; modules.dep has the modules' names.
  MODULES(
      "kernel modules",
      "build the kernel without CONFIG_MODULE_COMPRESS_ALL (before Linux 6.12: with"
          + " CONFIG_MODULE_COMPRESS_NONE), or unpack them when the image is built and run depmod"),
  // Kernels with CONFIG_FW_LOADER_COMPRESS look for the plain name first, others for nothing else.
  FIRMWARE(
      "firmware files",
      "install linux-firmware with `make install`, not install-xz or install-zst, or unpack the"
          + " files, and rename links to them, when the image is built; every kernel takes them"),
  OTHER("other files", "unpack them when the image is built if their readers take them plain");

  private static final Pattern MODULE = Pattern.compile(".*[.]ko[.](gz|xz|zst)");

  private final String title;
  private final String advice;

  CompressedKind(String title, String advice) {
    this.title = title;
    this.advice = advice;
  }

  /** Returns the kind of a compressed file. */
  public static CompressedKind of(String path) {
    if (MODULE.matcher(path).matches()) {
      return MODULES;
    }
    return ("/" + path).contains("/firmware/") ? FIRMWARE : OTHER;
  }

  /** Returns what people call such files. */
  public String title() {
    return title;
  }

  /** Returns what to do, as an imperative without a full stop. */
  public String advice() {
    return advice;
  }

  /** Returns the name that programs know it by. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}

package io.deltaport.selinux;

import java.io.IOException;

/**
 * A policy's files cannot be used; the message goes on after "the image", such as "has an SELinux
 * policy ...".
 */
public final class SelinuxFormatException extends IOException {
  private static final long serialVersionUID = 1L;

  SelinuxFormatException(String problem) {
    this(problem, null);
  }

  SelinuxFormatException(String problem, Throwable cause) {
    super("has an SELinux policy " + problem, cause);
  }
}

package io.deltaport.layer;

/** One layer cannot lead from one image to another; the message is a whole sentence. */
public final class NotRestackableException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Tells the reason. */
  public NotRestackableException(String reason) {
    super(reason);
  }
}

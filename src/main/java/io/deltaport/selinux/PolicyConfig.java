package io.deltaport.selinux;

/**
 * What {@code /etc/selinux/config} says, read as libostree reads it.
 *
 * @param enabled whether files are labelled at all
 * @param type name of the folder with the policy; null when it names none
 */
public record PolicyConfig(boolean enabled, String type) {
  private static final String STATE = "SELINUX=";
  private static final String TYPE = "SELINUXTYPE=";

  /** Parses the file's text. */
  public static PolicyConfig parse(String text) {
    boolean enabled = false;
    String type = null;
    for (String line : text.split("\n", -1)) {
      if (line.startsWith(TYPE)) {
        type = line.substring(TYPE.length()).strip();
      } else if (line.startsWith(STATE)) {
        enabled |= begins(line, "enforcing") || begins(line, "permissive");
      }
    }
    return new PolicyConfig(enabled, type);
  }

  private static boolean begins(String line, String state) {
    return line.regionMatches(true, STATE.length(), state, 0, state.length());
  }
}

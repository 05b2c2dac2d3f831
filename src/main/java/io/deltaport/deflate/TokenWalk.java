package io.deltaport.deflate;

/** Goes through a segment's tokens, block by block. Not thread-safe. */
final class TokenWalk {
  private final Segment segment;
  private int at;
  private int match;

  TokenWalk(Segment segment) {
    this.segment = segment;
    this.at = segment.start;
  }

  /** Returns the position of the next token. */
  int at() {
    return at;
  }

  /** Returns the next match's index. */
  int match() {
    return match;
  }

  /** Goes to a token's position and returns how many tokens there are up to it. */
  int to(int end) {
    Matches matches = segment.matches;
    int tokens = 0;
    while (match < matches.count() && matches.position(match) < end) {
      tokens += matches.position(match) - at + 1;
      at = matches.position(match) + matches.length(match++);
    }
    tokens += Math.max(end - at, 0);
    at = end;
    return tokens;
  }

  /** Goes over tokens, as many as there are at most, and returns the position behind them. */
  int over(int tokens) {
    Matches matches = segment.matches;
    int left = tokens;
    while (left > 0) {
      int next = match < matches.count() ? matches.position(match) : segment.end;
      int literals = Math.min(left, next - at);
      at += literals;
      left -= literals;
      if (left > 0) {
        if (match == matches.count()) {
          break;
        }
        at += matches.length(match++);
        left--;
      }
    }
    return at;
  }
}

package io.deltaport.delta.xz;

import java.util.Arrays;

/**
 * Chooses the cheapest way to write what comes next, as far as it looks ahead: each place knows the
 * cheapest known way to it, and what can follow. Not thread-safe.
 */
final class Parser {
  /** Marks a symbol that is a literal; others are a repeated distance, or a distance plus four. */
  static final int LITERAL = -1;

  private static final int PLACES = 1 << 11;

  /** Lengths up to here are all tried, of longer matches the longest only. */
  private static final int EVERY_LENGTH = 8;

  /** A repeated match of this length is so cheap that no other one is looked for. */
  private static final int ENOUGH_LENGTH = 8;

  private final Window window;
  private final Model model;
  private final MatchFinder finder;
  private final int niceLength;

  private final int[] price = new int[2 * PLACES];
  private final int[] from = new int[price.length];
  private final int[] how = new int[price.length];

  /** Of a place that is reached by a match, a literal and a repeated match: the match's length. */
  private final int[] first = new int[price.length];

  /** Whether a match that could not be longer ends at a place. */
  private final boolean[] isEnd = new boolean[price.length];

  private final int[] state = new int[price.length];
  private final int[] reps = new int[price.length * Model.REPS];

  /** The symbols of the way that was chosen, the last one first. */
  private final int[] chosen = new int[price.length];

  private final int[] chosenLength = new int[price.length];
  private int left;
  private int last;

  Parser(Window window, Model model, MatchFinder finder, int niceLength) {
    this.window = window;
    this.model = model;
    this.finder = finder;
    this.niceLength = niceLength;
  }

  /** Forgets what was chosen and not yet taken. */
  void reset() {
    left = 0;
  }

  boolean isEmpty() {
    return left == 0;
  }

  int symbol() {
    return chosen[left - 1];
  }

  int length() {
    return chosenLength[left - 1];
  }

  void next() {
    left--;
  }

  /** Chooses at least one symbol for what is at a position. */
  void parse(int position) {
    int available = window.end() - position;
    price[0] = 0;
    state[0] = model.state();
    for (int i = 0; i < Model.REPS; i++) {
      reps[i] = model.rep(i);
    }
    last = 0;
    int at = 0;
    while (true) {
      if (at > 0) {
        arrive(at);
      }
      int max = Math.min(available - at, LengthCoder.MAX);
      int taken = extend(position + at, at, max);
      if (taken > 0) {
        at += taken;
        break;
      }
      at = nextPlace(position, at);
      if (at == last || at >= PLACES) {
        break;
      }
    }
    choose(at);
  }

  /**
   * Returns the next place from which to go on. Most places are within runs of zeros, and to begin
   * something there gains nothing over beginning it where the run does, unless something ends
   * there.
   */
  private int nextPlace(int position, int at) {
    byte[] bytes = window.bytes();
    int next = at + 1;
    while (next < last
        && (price[next] == Prices.INFINITE
            || (!isEnd[next] && bytes[position + next] == 0 && bytes[position + next - 1] == 0))) {
      next++;
    }
    return next;
  }

  /** Learns the state at a place from the way to it. */
  private void arrive(int at) {
    int before = from[at];
    int symbol = how[at];
    int mine = at * Model.REPS;
    int others = before * Model.REPS;
    System.arraycopy(reps, others, reps, mine, Model.REPS);
    int old = state[before];
    if (symbol == LITERAL) {
      state[at] = Model.afterLiteral(old);
    } else if (symbol < Model.REPS) {
      int distance = reps[mine + symbol];
      for (int i = symbol; i > 0; i--) {
        reps[mine + i] = reps[mine + i - 1];
      }
      reps[mine] = distance;
      state[at] = at - before == 1 ? Model.afterShortRep(old) : Model.afterRep(old);
    } else {
      for (int i = Model.REPS - 1; i > 0; i--) {
        reps[mine + i] = reps[mine + i - 1];
      }
      reps[mine] = symbol - Model.REPS;
      state[at] = Model.afterMatch(old);
    }
    if (first[at] > 0) {
      state[at] = Model.afterRep(Model.afterLiteral(state[at]));
    }
  }

  private void offer(int at, int to, int cost, int symbol) {
    offer(at, to, cost, symbol, 0);
  }

  private void offer(int at, int to, int cost, int symbol, int firstLength) {
    if (last < to) {
      Arrays.fill(price, last + 1, to + 1, Prices.INFINITE);
      Arrays.fill(isEnd, last + 1, to + 1, false);
      last = to;
    }
    if (cost < price[to]) {
      price[to] = cost;
      from[to] = at;
      how[to] = symbol;
      first[to] = firstLength;
    }
  }

  /** Tries a literal and the same distance again after a match. */
  private void offerAfter(int position, int at, int length, int distance, int symbol, int cost) {
    int next = position + length;
    int max = Math.min(Math.min(window.end() - next - 1, niceLength), PLACES - at - length);
    if (max < LengthCoder.MIN) {
      return;
    }
    int back = next - distance - 1;
    byte[] bytes = window.bytes();
    if (bytes[next + 1] != bytes[back + 1] || bytes[next + 2] != bytes[back + 2]) {
      return;
    }
    int more = window.equal(back + 1, next + 1, max);
    int in = symbol < Model.REPS ? Model.afterRep(state[at]) : Model.afterMatch(state[at]);
    int whole = cost + model.literalPrice(next, in, bytes[next] & 0xff, bytes[back] & 0xff);
    in = Model.afterLiteral(in);
    whole += model.repPrice(next + 1, in, 0) + model.repLengthPrice(next + 1, more);
    offer(at, at + length + 1 + more, whole, symbol, length);
    isEnd[at + length + 1 + more] = true;
  }

  /** Tries everything that can follow; returns a length that is to be taken at once, or 0. */
  private int extend(int position, int at, int max) {
    offerLiteral(position, at);
    int repeated = max < LengthCoder.MIN ? 0 : offerRepeated(position, at, max);
    if (repeated >= niceLength) {
      return repeated;
    }
    return repeated >= ENOUGH_LENGTH ? 0 : offerMatches(position, at, max);
  }

  private void offerLiteral(int position, int at) {
    int matched = window.back(position, reps[at * Model.REPS]);
    int value = window.bytes()[position] & 0xff;
    offer(at, at + 1, price[at] + model.literalPrice(position, state[at], value, matched), LITERAL);
  }

  /** Returns the longest length; one that is long enough is the only way on. */
  private int offerRepeated(int position, int at, int max) {
    byte[] bytes = window.bytes();
    int longest = 0;
    for (int i = 0; i < Model.REPS; i++) {
      int candidate = position - reps[at * Model.REPS + i] - 1;
      if (candidate < 0 || bytes[candidate] != bytes[position]) {
        continue;
      }
      if (i == 0) {
        offer(at, at + 1, price[at] + model.shortRepPrice(position, state[at]), 0);
      }
      int length = window.equal(candidate, position, max);
      if (length >= niceLength) {
        offerAlone(at, length, i);
        return length;
      }
      offerLengths(position, at, i, length);
      longest = Math.max(longest, length);
    }
    return longest;
  }

  private void offerLengths(int position, int at, int which, int length) {
    if (length < LengthCoder.MIN) {
      return;
    }
    int cost = price[at] + model.repPrice(position, state[at], which);
    for (int l = Math.min(length, EVERY_LENGTH); l >= LengthCoder.MIN; l--) {
      offer(at, at + l, cost + model.repLengthPrice(position, l), which);
    }
    if (length > EVERY_LENGTH) {
      offer(at, at + length, cost + model.repLengthPrice(position, length), which);
    }
    isEnd[at + length] = true;
    offerAfter(
        position,
        at,
        length,
        reps[at * Model.REPS + which],
        which,
        cost + model.repLengthPrice(position, length));
  }

  private int offerMatches(int position, int at, int max) {
    int found = finder.find(position, max);
    if (found == 0) {
      return 0;
    }
    int longest = finder.length(found - 1);
    if (longest >= niceLength) {
      offerAlone(at, longest, finder.distance(found - 1) + Model.REPS);
      return longest;
    }
    int cost = price[at] + model.matchPrice(position, state[at]);
    int shortest = LengthCoder.MIN;
    for (int i = 0; i < found; i++) {
      int distance = finder.distance(i);
      int length = finder.length(i);
      for (int l = Math.max(shortest, length > EVERY_LENGTH ? length : 0); l <= length; l++) {
        int whole = cost + model.matchLengthPrice(position, l) + model.distancePrice(distance, l);
        offer(at, at + l, whole, distance + Model.REPS);
      }
      isEnd[at + length] = true;
      shortest = length + 1;
      if (i == found - 1) {
        int whole =
            cost + model.matchLengthPrice(position, length) + model.distancePrice(distance, length);
        offerAfter(position, at, length, distance, distance + Model.REPS, whole);
      }
    }
    return 0;
  }

  /** A match that is long enough needs no comparison. */
  private void offerAlone(int at, int length, int symbol) {
    offer(at, at + length, -1, symbol);
  }

  private void choose(int end) {
    left = 0;
    int at = end;
    while (at > 0) {
      int length = at - from[at];
      if (first[at] > 0) {
        chosen[left] = 0;
        chosenLength[left++] = length - first[at] - 1;
        chosen[left] = LITERAL;
        chosenLength[left++] = 1;
        length = first[at];
      }
      chosen[left] = how[at];
      chosenLength[left++] = length;
      at = from[at];
    }
  }
}

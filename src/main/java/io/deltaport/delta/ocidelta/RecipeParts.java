package io.deltaport.delta.ocidelta;

import io.deltaport.delta.TargetPart;
import io.deltaport.layer.RecipeReader;
import io.deltaport.layer.RecipeRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Queue;

/**
 * Turns a recipe into the parts of a tar. Not thread-safe; an {@link IOException} comes out
 * unchecked.
 *
 * <p>A recipe names a file after its content, the engine wants to know before: what stands between
 * waits, which is a file's extents and its padding and never its bytes.
 */
final class RecipeParts implements Iterator<TargetPart> {
  private final RecipeReader recipe;
  private final Queue<RecipeRecord> waiting = new ArrayDeque<>();
  private byte[] path = new byte[0];
  private boolean named;
  private TargetPart next;

  RecipeParts(RecipeReader recipe) {
    this.recipe = recipe;
  }

  @Override
  public boolean hasNext() {
    if (next == null) {
      try {
        next = advance();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return next != null;
  }

  @Override
  public TargetPart next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    TargetPart part = next;
    next = null;
    return part;
  }

  private TargetPart advance() throws IOException {
    while (true) {
      if (named && !waiting.isEmpty()) {
        return part(waiting.remove());
      }
      named = false;
      RecipeRecord record = recipe.next();
      switch (record) {
        case null -> {
          if (waiting.isEmpty()) {
            return null;
          }
          named = true;
        }
        case RecipeRecord.Entry entry -> {
          path = entry.path();
          named = true;
        }
        case RecipeRecord.Literal literal -> {
          if (waiting.isEmpty()) {
            return part(literal);
          }
          waiting.add(literal);
        }
        case RecipeRecord.Content content -> waiting.add(content);
      }
    }
  }

  private TargetPart part(RecipeRecord record) {
    return switch (record) {
      case RecipeRecord.Literal literal -> new TargetPart.Literal(literal.bytes());
      case RecipeRecord.Content content ->
          new TargetPart.Content(path, content.object(), content.offset(), content.length());
      case RecipeRecord.Entry ignored -> throw new IllegalStateException("an entry is no part");
    };
  }
}

package io.deltaport.meta;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/**
 * How long something stays after someone was told that it exists. Thread-safe.
 *
 * <p>Whoever says so renews the lease in the same transaction, and only when less than half of it
 * is left, so that reading makes no hot row. Leases are counted by the database's clock alone.
 */
@ApplicationScoped
public class Leases {
  private final Duration length;

  Leases(@ConfigProperty(name = "deltaport.gc.lease") Duration length) {
    this.length = length;
  }

  /** Returns how long a lease runs: also what a file may wait for its row. */
  public Duration length() {
    return length;
  }

  /** Returns the SQL expression for the end of a lease that begins now. */
  public String end() {
    return "now() + " + Sql.interval(length);
  }

  /** Returns the SQL expression for the time until which a lease must run to be left alone. */
  public String due() {
    return "now() + " + Sql.interval(length.dividedBy(2));
  }

  /**
   * Renews the leases of rows where that is due, and locks those until the transaction ends: what
   * the caller reads afterwards cannot have been collected.
   */
  Uni<Void> renew(StatelessSession session, Table table, Collection<String> keys) {
    if (keys.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    // Locked in order, so that two who renew the same rows do not wait for each other forever.
    String sql =
        """
        update %1$s set leased_until = %3$s where %2$s in (
          select %2$s from %1$s where %2$s in (:keys) and leased_until < %4$s
          order by %2$s for no key update)"""
            .formatted(table.name, table.key, end(), due());
    return session
        .createNativeQuery(sql)
        .setParameter("keys", List.copyOf(keys))
        .executeUpdate()
        .replaceWithVoid();
  }

  /** What is leased by a key of its own. */
  enum Table {
    BLOB("blob", "digest"),
    PACK("pack", "id");

    private final String name;
    private final String key;

    Table(String name, String key) {
      this.name = name;
      this.key = key;
    }
  }
}

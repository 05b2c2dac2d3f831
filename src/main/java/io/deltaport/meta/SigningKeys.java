package io.deltaport.meta;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/** Queries on the keys that sign; the private ones are encrypted. Thread-safe. */
@ApplicationScoped
public class SigningKeys {
  /** Most keys: each server has the active ones in memory, and a list has one page. */
  public static final int KEYS_MAX = 1_000;

  /**
   * A key.
   *
   * @param repositories patterns of repository names, separated by commas
   * @param state {@code active} or {@code retired}
   * @param secret the private key, encrypted
   * @param master name of the master key that it is encrypted with
   * @param expires when clients begin to refuse it, or null
   * @param retired when it was retired, or null
   */
  public record Row(
      String name,
      String kind,
      String repositories,
      String state,
      String fingerprint,
      byte[] publicKey,
      byte[] secret,
      String master,
      Instant expires,
      Instant created,
      Instant retired) {
    /** Says whether it signs. */
    public boolean isActive() {
      return state.equals("active");
    }

    @Override
    public String toString() {
      return "signing key " + name;
    }
  }

  /** What became of a key that was to be added. */
  public enum Added {
    /** It is there. */
    DONE,
    /** Its name is taken. */
    NAME_TAKEN,
    /** The same key is there under another name. */
    KNOWN,
    /** Other keys are encrypted with another master key. */
    OTHER_MASTER,
    /** There are too many keys. */
    FULL
  }

  /** Returns all keys by name. */
  public Uni<List<Row>> list(StatelessSession session) {
    return session
        .createNativeQuery(
            """
            select name, kind, repositories, state, fingerprint, public_key, secret, master,
              expires_at, created_at, retired_at
            from signing_key order by name""",
            Object[].class)
        .getResultList()
        .map(rows -> rows.stream().map(SigningKeys::row).toList());
  }

  /** Adds an active key; its state and times are set here. */
  public Uni<Added> add(StatelessSession session, Row key) {
    return lock(session)
        .flatMap(ignored -> list(session))
        .flatMap(
            present -> {
              Added obstacle = obstacle(present, key);
              return obstacle != Added.DONE
                  ? Uni.createFrom().item(obstacle)
                  : insert(session, key).map(ignored -> Added.DONE);
            });
  }

  private static Added obstacle(List<Row> present, Row key) {
    if (present.size() >= KEYS_MAX) {
      return Added.FULL;
    }
    for (Row other : present) {
      if (other.name().equals(key.name())) {
        return Added.NAME_TAKEN;
      }
      if (other.fingerprint().equals(key.fingerprint())) {
        return Added.KNOWN;
      }
    }
    boolean same = present.stream().allMatch(other -> other.master().equals(key.master()));
    return same ? Added.DONE : Added.OTHER_MASTER;
  }

  /** Lets one server at a time change keys; reading goes on. */
  private static Uni<Integer> lock(StatelessSession session) {
    return session
        .createNativeQuery("lock table signing_key in share row exclusive mode")
        .executeUpdate();
  }

  private static Uni<Integer> insert(StatelessSession session, Row key) {
    return session
        .createNativeQuery(
            """
            insert into signing_key (name, kind, repositories, fingerprint, public_key, secret,
              master, expires_at)
            values (:name, :kind, :repositories, :fingerprint, :public, :secret, :master,
              to_timestamp(nullif(cast(:expires as bigint), -1)))""")
        .setParameter("name", key.name())
        .setParameter("kind", key.kind())
        .setParameter("repositories", key.repositories())
        .setParameter("fingerprint", key.fingerprint())
        .setParameter("public", key.publicKey())
        .setParameter("secret", key.secret())
        .setParameter("master", key.master())
        .setParameter("expires", key.expires() == null ? -1L : key.expires().getEpochSecond())
        .executeUpdate();
  }

  /** Ends the signing of a key; nothing happens when it is retired or not there. */
  public Uni<Integer> retire(StatelessSession session, String name) {
    return session
        .createNativeQuery(
            """
            update signing_key set state = 'retired', retired_at = now()
            where name = :name and state = 'active'""")
        .setParameter("name", name)
        .executeUpdate();
  }

  /** Removes a retired key for ever. */
  public Uni<Integer> remove(StatelessSession session, String name) {
    return session
        .createNativeQuery("delete from signing_key where name = :name and state = 'retired'")
        .setParameter("name", name)
        .executeUpdate();
  }

  private static Row row(Object[] row) {
    return new Row(
        (String) row[0],
        (String) row[1],
        (String) row[2],
        (String) row[3],
        (String) row[4],
        (byte[]) row[5],
        (byte[]) row[6],
        (String) row[7],
        row[8] == null ? null : Instants.of(row[8]),
        Instants.of(row[9]),
        row[10] == null ? null : Instants.of(row[10]));
  }
}

package io.deltaport.meta;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/** Queries on repositories. Thread-safe. */
@ApplicationScoped
public class Repositories {

  /** Returns the repository's id, or null when nothing was ever pushed to it. */
  public Uni<Long> find(StatelessSession session, String name) {
    return session
        .createNativeQuery("select id from repository where name = :name", Long.class)
        .setParameter("name", name)
        .getSingleResultOrNull();
  }

  /** Returns the repository's name, or null when there is none with this id. */
  public Uni<String> name(StatelessSession session, long id) {
    return session
        .createNativeQuery("select name from repository where id = :id", String.class)
        .setParameter("id", id)
        .getSingleResultOrNull();
  }

  /** Returns the repository's id, making the row when it is new. */
  public Uni<Long> findOrCreate(StatelessSession session, String name) {
    return find(session, name)
        .flatMap(id -> id != null ? Uni.createFrom().item(id) : create(session, name));
  }

  private Uni<Long> create(StatelessSession session, String name) {
    return session
        .createNativeQuery("insert into repository (name) values (:name) on conflict do nothing")
        .setParameter("name", name)
        .executeUpdate()
        .flatMap(ignored -> find(session, name));
  }

  /** Returns at most {@code limit} names after {@code last} in lexical order. */
  public Uni<List<String>> list(StatelessSession session, String last, int limit) {
    return session
        .createNativeQuery(
            "select name from repository where name > :last order by name", String.class)
        .setParameter("last", last)
        .setMaxResults(limit)
        .getResultList();
  }
}

package io.deltaport.meta;

import io.deltaport.ostree.Checksum;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.List;

/** Tells what is stored against what. Thread-safe; blocks, so never on an event loop. */
@ApplicationScoped
public class ObjectLinks {
  private final Database database;

  ObjectLinks(Database database) {
    this.database = database;
  }

  /**
   * An object and what it is stored against.
   *
   * @param base its base, or null
   */
  public record Link(Checksum object, Checksum base) {}

  /** Returns the links among some objects, their bases, and all that are stored against them. */
  public List<Link> of(Collection<Checksum> objects) {
    return database
        .transact(
            session ->
                session
                    .createNativeQuery(
                        """
                        with recursive up (checksum, base, depth) as (
                          select o.checksum, o.base, 0 from unnest(cast(:names as text[])) n(name)
                          join object o on o.checksum = decode(n.name, 'hex') and o.storage <> 3
                          union
                          select o.checksum, o.base, u.depth + 1
                          from up u cross join lateral (
                            select * from object b where b.checksum = u.base offset 0) o
                          where u.depth < :depth
                        ), down (checksum, base, depth) as (
                          select checksum, base, depth from up where depth = 0
                          union
                          select o.checksum, o.base, d.depth + 1
                          from down d cross join lateral (
                            select * from object b
                            where b.base = d.checksum and b.storage = 1 offset 0) o
                          where d.depth < :depth
                        )
                        select encode(checksum, 'hex'), encode(base, 'hex') from up
                        where base is not null
                        union
                        select encode(checksum, 'hex'), encode(base, 'hex') from down
                        where base is not null""",
                        Object[].class)
                    .setParameter(
                        "names", objects.stream().map(Checksum::hex).toArray(String[]::new))
                    .setParameter("depth", ObjectMoves.DEPTH_MAX)
                    .getResultList())
        .stream()
        .map(row -> new Link(Checksum.parse((String) row[0]), Checksum.parse((String) row[1])))
        .toList();
  }
}

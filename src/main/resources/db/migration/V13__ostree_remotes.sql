-- How often, and when last, something changed that a repository's OSTree remote tells in its
-- summary: refs, and static deltas. Servers keep remotes in memory; whoever changes one, by whatever
-- way, tells them: the payload is the name of the repository.

create table ostree_remote (
  repository_id bigint primary key references repository,
  version       bigint not null default 1,
  changed_at    timestamptz not null default now()
);
insert into ostree_remote (repository_id)
select repository_id from ostree_ref union select repository_id from static_delta;

create function ostree_remote_changed() returns trigger language plpgsql as $$
declare
  changed bigint := case when tg_op = 'DELETE' then old.repository_id else new.repository_id end;
begin
  insert into ostree_remote as r (repository_id) values (changed)
  on conflict (repository_id) do update
  set version = r.version + 1, changed_at = greatest(r.changed_at, now());
  perform pg_notify('deltaport_ostree', r.name) from repository r where r.id = changed;
  return null;
end $$;

create trigger ostree_ref_changed after insert or update or delete on ostree_ref
  for each row execute function ostree_remote_changed();
create trigger static_delta_changed after insert or update or delete on static_delta
  for each row execute function ostree_remote_changed();
-- A commit without a ref can be pulled by its checksum, and detached metadata can come later.
create trigger ostree_commit_changed after insert or update or delete on ostree_commit
  for each row execute function ostree_remote_changed();

-- Detached metadata of commits with our own signatures. Some kinds of signatures differ each time,
-- and a static delta carries those of its commit: what was made once is kept, so that every server
-- gives the same bytes. The generation names the set of keys.
create table ostree_commit_meta (
  commit_id  bigint not null references ostree_commit on delete cascade,
  generation text collate "C" not null,
  content    bytea not null,
  primary key (commit_id, generation)
);

create function ostree_detached_changed() returns trigger language plpgsql as $$
begin
  delete from ostree_commit_meta where commit_id = new.id;
  return null;
end $$;

create trigger ostree_detached_changed after update of detached on ostree_commit
  for each row execute function ostree_detached_changed();

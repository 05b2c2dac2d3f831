-- Commits of another OSTree repository: they have no image, so their own rows keep their objects.

alter table ostree_commit
  -- The commit before this one, wherever it is; the object says the same.
  add column parent       bytea,
  -- False when an object of the tree was lost: sending the commit again makes it whole.
  add column whole        boolean not null default true,
  add column packs_known  boolean not null default false,
  -- Whoever was told that a commit is here relies on it until then.
  add column leased_until timestamptz not null default now() + interval '24 hours',
  -- Since when no ref leads to an imported commit.
  add column unused_since timestamptz;

create table commit_pack (
  commit_id bigint not null references ostree_commit on delete cascade,
  pack_id   text collate "C" not null references pack,
  primary key (commit_id, pack_id)
);
create index commit_pack_pack on commit_pack (pack_id);

-- What was sent to a repository for commits that are still to come: the proof that whoever sends a
-- commit has its objects, and does not only know what they are called.
create table ostree_upload (
  repository_id bigint not null references repository,
  checksum      bytea not null,
  kind          smallint not null,
  leased_until  timestamptz not null default now() + interval '24 hours',
  primary key (repository_id, checksum, kind)
);
create index ostree_upload_leased on ostree_upload (leased_until);

-- How many commits before a ref's own stay; null for all of them.
alter table repository add column ostree_history int check (ostree_history >= 0);

create or replace function object_lost() returns trigger language plpgsql as $$
begin
  -- Whoever records what needs a pack holds the pack FOR SHARE: one of the two sees the other.
  perform 1 from pack where id in (select pack_id from gone) order by id for no key update;
  update recipe set packs_known = false where packs_known and diff_id in (
    select diff_id from recipe_pack where pack_id in (select pack_id from gone));
  update image_tree set packs_known = false where packs_known and manifest_digest in (
    select manifest_digest from tree_pack where pack_id in (select pack_id from gone));
  -- Of a commit whose packs are not known yet nobody knows whether it lost something.
  update ostree_commit set packs_known = false, whole = false
  where manifest_id is null and whole and (not packs_known or id in (
    select commit_id from commit_pack where pack_id in (select pack_id from gone)));
  return null;
end $$;

-- Imported commits that no ref needs: neither its own commit nor one of those before it.
create view ostree_unreferenced as
  with recursive needed (id, repository_id, parent, depth) as (
    select c.id, c.repository_id, c.parent, 0
    from ostree_ref r join ostree_commit c on c.id = r.commit_id
    union
    select c.id, c.repository_id, c.parent, n.depth + 1
    from needed n
    join repository r on r.id = n.repository_id
    join ostree_commit c on c.repository_id = n.repository_id and c.checksum = n.parent
    where r.ostree_history is null or n.depth < r.ostree_history
  )
  select c.id, c.leased_until, c.unused_since, length(c.content) as size_bytes
  from ostree_commit c
  where c.manifest_id is null and c.id not in (select id from needed);

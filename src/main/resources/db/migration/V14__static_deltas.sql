-- What was decided about a static delta beside its being there. Wanted: somebody asked for it by
-- name, so it stays whatever its size, and when no ref leads to its target any more. Not wanted: it
-- was too large to be kept, or was deleted, and no rule makes it again.
create table static_delta_note (
  id               bigint generated always as identity primary key,
  source_commit_id bigint references ostree_commit on delete cascade,
  target_commit_id bigint not null references ostree_commit on delete cascade,
  wanted           boolean not null,
  noted_at         timestamptz not null default now()
);
create unique index static_delta_note_pair
  on static_delta_note (target_commit_id, coalesce(source_commit_id, 0));
create index static_delta_note_source on static_delta_note (source_commit_id);

-- At which commit of a ref its deltas were asked for last.
create table static_delta_asked (
  ref_id    bigint primary key references ostree_ref on delete cascade,
  commit_id bigint not null
);

alter table scrub_repair drop constraint scrub_repair_kind_check;
alter table scrub_repair add check (kind in ('layer', 'tree', 'delta', 'static-delta'));

-- A static delta to where no ref is any more is garbage, unless somebody asked for it.
create or replace view gc_garbage as
  select 'blob-link' as kind, l.repository_id, l.digest as key, b.size_bytes, b.leased_until
  from repository_blob l join blob b on b.digest = l.digest
  where not exists (
    select 1 from manifest_reference f join manifest m on m.id = f.manifest_id
    where f.digest = l.digest and f.kind = 'blob' and m.repository_id = l.repository_id)
  union all
  select 'blob', 0, b.digest, b.size_bytes, b.leased_until
  from blob b
  where not exists (select 1 from repository_blob l where l.digest = b.digest)
    and not exists (
      select 1 from manifest_reference f where f.digest = b.digest and f.kind = 'blob')
    and not exists (select 1 from static_delta_file f where f.digest = b.digest)
  union all
  select 'image-tree', 0, t.manifest_digest, 0, t.created_at
  from image_tree t
  where not exists (select 1 from manifest m where m.digest = t.manifest_digest)
  union all
  select 'delta', d.repository_id, d.id::text, d.size_bytes, d.created_at
  from delta d
  where 3 > (select count(*) from manifest m where m.repository_id = d.repository_id
    and m.digest in (d.source_digest, d.target_digest, d.artifact_digest))
  union all
  select 'static-delta', d.repository_id, d.id::text, d.size_bytes, d.created_at
  from static_delta d
  where not exists (select 1 from ostree_ref r where r.commit_id = d.target_commit_id)
    and not exists (
      select 1 from static_delta_note n
      where n.wanted and n.target_commit_id = d.target_commit_id
        and n.source_commit_id is not distinct from d.source_commit_id);

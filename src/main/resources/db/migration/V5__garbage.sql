-- Garbage collection: what is garbage is said in one place, the view gc_garbage below.

-- Whoever pushes a manifest again before an index that names it relies on it until then.
alter table manifest
  add column leased_until timestamptz not null default now() + interval '24 hours';

-- The object index says "it exists" for what is in a pack, and keeps the pack by this.
alter table pack
  add column leased_until timestamptz not null default now() + interval '24 hours',
  -- Stored bytes of objects that nothing uses; null when that must be counted again.
  add column dead_bytes bigint default 0;

-- Which packs a recipe or tree needs. Nothing is known about one until packs_known is true.
alter table recipe add column packs_known boolean not null default false;
alter table image_tree add column packs_known boolean not null default false;
create table recipe_pack (
  diff_id text collate "C" not null references recipe on delete cascade,
  pack_id text collate "C" not null references pack,
  primary key (diff_id, pack_id)
);
create index recipe_pack_pack on recipe_pack (pack_id);
create table tree_pack (
  manifest_digest text collate "C" not null references image_tree on delete cascade,
  pack_id         text collate "C" not null references pack,
  primary key (manifest_digest, pack_id)
);
create index tree_pack_pack on tree_pack (pack_id);
create index layer_diff_id on layer (diff_id);
create index manifest_digest on manifest (digest);
create index upload_updated on upload (updated_at);

-- Since when something has been garbage. For files (kinds file and pending) the key is the name in
-- the store; whoever publishes a file removes its mark first, so that it is not unlinked.
create table gc_mark (
  kind          text not null,
  repository_id bigint not null default 0,
  key           text collate "C" not null,
  size_bytes    bigint not null default 0,
  since         timestamptz not null default now(),
  primary key (kind, repository_id, key)
);

create view gc_garbage as
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
  union all
  select 'image-tree', 0, t.manifest_digest, 0, t.created_at
  from image_tree t
  where not exists (select 1 from manifest m where m.digest = t.manifest_digest)
  union all
  select 'delta', d.repository_id, d.id::text, d.size_bytes, d.created_at
  from delta d
  where 3 > (select count(*) from manifest m where m.repository_id = d.repository_id
    and m.digest in (d.source_digest, d.target_digest, d.artifact_digest));

-- How often devices asked for a manifest, by day (UTC).
create table manifest_pull (
  repository_id bigint not null references repository on delete cascade,
  digest        text collate "C" not null,
  day           date not null,
  pulls         bigint not null,
  primary key (repository_id, digest, day)
);
create index manifest_pull_day on manifest_pull (day);

-- A run of the garbage collection; its job has the same id.
create table gc_run (
  id         uuid primary key,
  dry_run    boolean not null,
  started_at timestamptz not null default now(),
  ended_at   timestamptz,
  report     text
);
create index gc_run_started on gc_run (started_at desc);

-- The kinds of jobs are listed in JobKind alone: each part of the server adds its own.
alter table job drop constraint job_kind_check;

-- What a repository offers as an OSTree remote. Trees and files are in packs; a commit object is
-- small and differs from repository to repository by its parent, so it lives here.

create table ostree_commit (
  id            bigint generated always as identity primary key,
  repository_id bigint not null references repository,
  checksum      bytea not null,
  content       bytea not null,
  -- Detached metadata (a{sv}) that came with an imported commit; our own signatures are made anew.
  detached      bytea,
  -- The image that the commit was made from, and goes with; null for an imported commit.
  manifest_id   bigint references manifest on delete cascade,
  created_at    timestamptz not null default now(),
  unique (repository_id, checksum),
  unique (repository_id, manifest_id)
);
create index ostree_commit_checksum on ostree_commit (checksum);
create index ostree_commit_manifest on ostree_commit (manifest_id);

-- A ref follows its tag when the tag's image has its commit; until then it stays where it was.
create table ostree_ref (
  id            bigint generated always as identity primary key,
  repository_id bigint not null references repository,
  name          text collate "C" not null,
  commit_id     bigint not null references ostree_commit on delete cascade,
  -- Null for an imported ref, as long as no tag has its name.
  tag_id        bigint references tag on delete cascade,
  moved_at      timestamptz not null default now(),
  unique (repository_id, name)
);
create index ostree_ref_commit on ostree_ref (commit_id);
create index ostree_ref_tag on ostree_ref (tag_id);

-- A static delta. Its files are blobs: number 0 is the superblock without signatures, part n of the
-- delta is number n + 1.
create table static_delta (
  id               bigint generated always as identity primary key,
  repository_id    bigint not null references repository,
  source_commit_id bigint references ostree_commit on delete cascade,
  target_commit_id bigint not null references ostree_commit on delete cascade,
  size_bytes       bigint not null,
  full_bytes       bigint not null,
  created_at       timestamptz not null default now()
);
create unique index static_delta_pair
  on static_delta (target_commit_id, coalesce(source_commit_id, 0));
create index static_delta_source on static_delta (source_commit_id);
create index static_delta_repository on static_delta (repository_id);

create table static_delta_file (
  delta_id   bigint not null references static_delta on delete cascade,
  number     int not null,
  digest     text collate "C" not null references blob,
  size_bytes bigint not null,
  primary key (delta_id, number)
);
create index static_delta_file_digest on static_delta_file (digest);

-- A blob is used by static deltas too.
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
    and m.digest in (d.source_digest, d.target_digest, d.artifact_digest));

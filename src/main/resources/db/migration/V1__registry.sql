-- Names, tags and digests compare byte by byte, as the OCI specification orders them.

create table repository (
  id         bigint generated always as identity primary key,
  name       text collate "C" not null unique,
  created_at timestamptz not null default now()
);

-- One row for each stored blob, whichever repositories link to it.
create table blob (
  digest       text collate "C" primary key,
  size_bytes   bigint not null check (size_bytes >= 0),
  created_at   timestamptz not null default now(),
  -- Garbage collection leaves the blob alone until then: whoever says "it exists" renews it.
  leased_until timestamptz not null default now() + interval '24 hours'
);

-- A repository sees a blob only through its own link.
create table repository_blob (
  repository_id bigint not null references repository,
  digest        text collate "C" not null references blob,
  linked_at     timestamptz not null default now(),
  primary key (repository_id, digest)
);
create index repository_blob_digest on repository_blob (digest);

create table manifest (
  id            bigint generated always as identity primary key,
  repository_id bigint not null references repository,
  digest        text collate "C" not null,
  media_type    text not null,
  artifact_type text,
  config_digest text collate "C",
  subject       text collate "C",
  annotations   text,
  content       bytea not null,
  -- True for a runnable image: its layers are absorbed and deltas are made for it.
  image         boolean not null,
  pushed_at     timestamptz not null default now(),
  unique (repository_id, digest)
);
create index manifest_subject on manifest (repository_id, subject, digest) where subject is not null;
create index manifest_config on manifest (repository_id, config_digest) where config_digest is not null;

-- What a manifest names: blobs (config and layers) and child manifests.
create table manifest_reference (
  manifest_id bigint not null references manifest on delete cascade,
  kind        text not null check (kind in ('blob', 'manifest')),
  digest      text collate "C" not null,
  primary key (manifest_id, kind, digest)
);
create index manifest_reference_digest on manifest_reference (digest);

create table tag (
  id          bigint generated always as identity primary key,
  name        text collate "C" not null,
  repository_id bigint not null references repository,
  manifest_id bigint not null references manifest on delete cascade,
  updated_at  timestamptz not null default now(),
  unique (repository_id, name)
);
create index tag_manifest on tag (manifest_id);

-- An upload session; offset_bytes is what is durable on disk.
create table upload (
  id            uuid primary key,
  repository_id bigint not null references repository,
  offset_bytes  bigint not null default 0,
  started_at    timestamptz not null default now(),
  updated_at    timestamptz not null default now()
);

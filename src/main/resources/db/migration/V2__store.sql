-- Packs and recipes carry what these rows say: the rows can be made again from the files.

create table pack (
  id         text collate "C" primary key,
  size_bytes bigint not null,
  created_at timestamptz not null default now()
);

create table object (
  checksum     bytea primary key,
  pack_id      text collate "C" not null references pack,
  frame_offset bigint not null,
  stored_bytes bigint not null,
  length_bytes bigint not null
);
create index object_pack on object (pack_id);

-- A tar that can be rebuilt from objects, whatever blobs it was pushed as.
create table recipe (
  diff_id    text collate "C" primary key,
  store_key  text not null,
  size_bytes bigint not null,
  tar_bytes  bigint not null,
  entries    bigint not null,
  created_at timestamptz not null default now()
);

-- What became of a layer blob: absorbed into a recipe, or opaque for a reason.
create table layer (
  digest     text collate "C" primary key,
  diff_id    text collate "C" references recipe,
  reason     text,
  created_at timestamptz not null default now(),
  check ((diff_id is null) <> (reason is null))
);

-- The flattened tree of an image manifest, the same in every repository.
create table image_tree (
  manifest_digest text collate "C" primary key,
  commit_checksum bytea,
  tree_checksum   bytea,
  meta_checksum   bytea,
  reason          text,
  created_at      timestamptz not null default now(),
  check ((commit_checksum is null) <> (reason is null))
);

create table delta (
  id            bigint generated always as identity primary key,
  repository_id bigint not null references repository,
  source_digest text collate "C" not null,
  target_digest text collate "C" not null,
  format        text not null,
  artifact_digest text collate "C" not null,
  size_bytes    bigint not null,
  full_bytes    bigint not null,
  created_at    timestamptz not null default now(),
  unique (repository_id, source_digest, target_digest, format)
);

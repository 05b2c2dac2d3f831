-- What the tags' images would take, and what is stored for them, as it was when it was measured
-- last: adding it up reads whole tables, so nobody does it while somebody waits.

create table storage_stats (
  only_row     boolean primary key default true check (only_row),
  measured_at  timestamptz not null,
  cost_millis  bigint not null,
  tags         bigint not null,
  images       bigint not null,
  -- Each image whole, and each blob once.
  image_bytes  bigint not null,
  blob_bytes   bigint not null,
  raw_blobs    bigint not null,
  raw_bytes    bigint not null,
  -- The part of raw_bytes that deltas of both kinds take.
  delta_bytes  bigint not null,
  packs        bigint not null,
  pack_bytes   bigint not null,
  dead_bytes   bigint not null,
  recipe_bytes bigint not null,
  database_bytes bigint not null
);

create table repository_stats (
  repository_id bigint primary key references repository on delete cascade,
  measured_at   timestamptz not null,
  tags          bigint not null,
  images        bigint not null,
  image_bytes   bigint not null,
  blob_bytes    bigint not null
);

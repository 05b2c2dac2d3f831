-- Layer blobs that can be made again byte for byte, as it was proved: their files as pushed may go.

create table blob_recipe (
  digest     text collate "C" primary key references blob on delete cascade,
  diff_id    text collate "C" not null references recipe,
  kind       int not null,
  size_bytes bigint not null,
  created_at timestamptz not null default now()
);
create index blob_recipe_diff_id on blob_recipe (diff_id);

-- Whether the file that was pushed is there. Without it the blob is made from its recipe, which is
-- no copy of anything then: what it needs must stay, and damage to it is damage to the blob.
alter table blob add column raw boolean not null default true;

-- The generation of kinds of which none can make the blob; null for not tried.
alter table layer add column not_made_by int;

alter table scrub_suspect drop constraint scrub_suspect_kind_check;
alter table scrub_suspect add constraint scrub_suspect_kind_check
  check (kind in ('blob', 'blob-recipe', 'manifest', 'pack', 'recipe'));

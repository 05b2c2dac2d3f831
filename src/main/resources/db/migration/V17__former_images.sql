-- Which image a tag led to before it led to another one. The commits of images that are replaced
-- before they are absorbed find their place by it, and the static deltas between them.

create table former_image (
  manifest_id bigint not null references manifest on delete cascade,
  -- The OSTree ref to the image, and the one that led to the image before: they differ when a tag
  -- turns from an image into an index or back.
  ref         text collate "C" not null,
  former_id   bigint not null references manifest on delete cascade,
  former_ref  text collate "C" not null,
  primary key (manifest_id, ref)
);
create index former_image_former on former_image (former_id, former_ref);

-- From a commit to the images that have it.
create index image_tree_commit on image_tree (commit_checksum);

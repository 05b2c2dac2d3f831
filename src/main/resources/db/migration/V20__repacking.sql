-- Objects move to better packs, and may be stored against others there.

alter table object
  -- How the object lies in its pack: 0 in a frame of its own, 1 as what it has more than its base,
  -- 2 in a frame that it shares with others, 3 as a header whose content is that of its base.
  add column storage smallint not null default 0,
  -- Where in a shared frame's content it begins.
  add column frame_position int not null default 0;
update object set storage = 3 where base is not null;
alter table object add check ((base is not null) = (storage in (1, 3)));

alter table pack
  -- How often objects have left it: what was found out about its objects before holds no longer.
  add column moves int not null default 0,
  -- Compressed as well as it is going to be.
  add column repacked boolean not null default false;

-- Whether its packs were looked at, and those of the images that it took the place of.
alter table image_tree add column repacked boolean not null default false;
create index image_tree_repacked on image_tree (created_at) where not repacked;

-- What needed an object of the old pack needs the new one, and what the object is stored against.
create function object_moved() returns trigger language plpgsql as $$
begin
  -- Whoever records what needs a pack holds the pack FOR SHARE, and compares how often objects left.
  perform 1 from pack where id in (select pack_id from gone) order by id for no key update;
  update pack set moves = moves + 1, dead_bytes = null where id in (select pack_id from gone);
  update recipe set packs_known = false where packs_known and diff_id in (
    select diff_id from recipe_pack where pack_id in (select pack_id from gone));
  update image_tree set packs_known = false where packs_known and manifest_digest in (
    select manifest_digest from tree_pack where pack_id in (select pack_id from gone));
  update ostree_commit set packs_known = false
  where manifest_id is null and packs_known and id in (
    select commit_id from commit_pack where pack_id in (select pack_id from gone));
  return null;
end $$;

create trigger object_moved after update on object referencing old table as gone
  for each statement execute function object_moved();

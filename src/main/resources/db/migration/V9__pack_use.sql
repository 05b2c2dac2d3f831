-- An object that loses its row (its pack is damaged) may come back in another pack. What needed the
-- old pack has to be read again before anything is known of the packs that it needs.

create function object_lost() returns trigger language plpgsql as $$
begin
  -- Whoever records what needs a pack holds the pack FOR SHARE: one of the two sees the other.
  perform 1 from pack where id in (select pack_id from gone) order by id for no key update;
  update recipe set packs_known = false where packs_known and diff_id in (
    select diff_id from recipe_pack where pack_id in (select pack_id from gone));
  update image_tree set packs_known = false where packs_known and manifest_digest in (
    select manifest_digest from tree_pack where pack_id in (select pack_id from gone));
  return null;
end $$;

create trigger object_lost after delete on object referencing old table as gone
  for each statement execute function object_lost();

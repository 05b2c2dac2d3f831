-- Trees are laid out for OSTree from now on, so those before are made again when they are needed.
update pack set dead_bytes = null where id in (select pack_id from tree_pack);
delete from image_tree where commit_checksum is not null;

-- An image can be absorbed and have a tree that OSTree cannot store, for example with a device node:
-- it has deltas then, and a reason why it has no commit.
alter table image_tree
  add column absorbed boolean not null default false,
  add check (absorbed or commit_checksum is null);

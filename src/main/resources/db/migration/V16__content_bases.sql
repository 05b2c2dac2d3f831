-- A file can be stored as its header alone, when another object has its content: the same file
-- under other labels. It can be read only while its base can.
alter table object add column base bytea;

-- Detached metadata (a{sv}) of the commit that an image brought with it.
alter table image_tree add column detached bytea;

-- The commit of each image. Images that brought the same commit share its row, which names one of
-- them.
create view image_commit as
  select m.repository_id, m.id as manifest_id, c.id as commit_id
  from manifest m join ostree_commit c on c.manifest_id = m.id
  union
  select m.repository_id, m.id, c.id
  from manifest m join image_tree t on t.manifest_digest = m.digest
  join ostree_commit c
    on c.repository_id = m.repository_id and c.checksum = t.commit_checksum
  where m.image;
create index object_base on object (base) where base is not null;

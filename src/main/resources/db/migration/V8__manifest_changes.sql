-- Servers keep manifests in memory. Whoever changes a tag or a manifest, by whatever way, tells
-- them: the payload is "<repository> <tag or digest>".

create function notify_tag_changed() returns trigger language plpgsql as $$
begin
  perform pg_notify('deltaport_manifest', r.name || ' ' || old.name)
  from repository r where r.id = old.repository_id;
  return null;
end $$;

create function notify_manifest_changed() returns trigger language plpgsql as $$
begin
  perform pg_notify('deltaport_manifest', r.name || ' ' || old.digest)
  from repository r where r.id = old.repository_id;
  return null;
end $$;

-- What was not there before is in no memory, so inserts need no word.
create trigger tag_changed after update or delete on tag
  for each row execute function notify_tag_changed();
create trigger manifest_changed after update or delete on manifest
  for each row execute function notify_manifest_changed();

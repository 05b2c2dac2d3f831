-- Jobs that are more or less urgent, can be cancelled, and are watched while they run.

alter table job
  -- The scheduler's row has the same: the highest comes first.
  add column priority smallint not null default 50,
  -- Somebody asked for it by name; no rule did.
  add column requested boolean not null default false,
  -- How hard a delta is made small; null for what the server is set to.
  add column effort text,
  -- Somebody asked for its end; the server that runs it ends it soon.
  add column cancelling boolean not null default false,
  add column stage_at timestamptz,
  add column changed_at timestamptz not null default clock_timestamp();
create index job_changed on job (changed_at);

-- Whatever changes a job, those who watch it find it by its time.
create function job_touch() returns trigger language plpgsql as $$
begin
  new.changed_at := clock_timestamp();
  if new.stage is distinct from old.stage then
    new.stage_at := new.changed_at;
  end if;
  return new;
end $$;
create trigger job_touched before update on job for each row execute function job_touch();

-- How hard a delta was made small; null for those of before.
alter table delta add column effort text;
alter table static_delta add column effort text;

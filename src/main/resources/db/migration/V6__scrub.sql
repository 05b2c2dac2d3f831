-- Since when a blob or a manifest is known to be damaged: it counts as absent until it is repaired
-- or pushed again. The objects of a damaged pack lose their rows.
alter table blob add column damaged_at timestamptz;
alter table pack add column damaged_at timestamptz;
alter table manifest add column damaged_at timestamptz;

-- One pass over everything that is stored. Stage and cursor tell where to go on after a restart.
create table scrub_run (
  id                 bigint generated always as identity primary key,
  cause              text not null check (cause in ('schedule', 'request', 'damage', 'offline')),
  state              text not null check (state in ('queued', 'running', 'done', 'failed')),
  stage              text not null default '',
  cursor             text collate "C" not null default '',
  -- Bytes a second; null means as the server is set, 0 means without a limit.
  rate_bytes         bigint check (rate_bytes >= 0),
  bytes_read         bigint not null default 0,
  bytes_total        bigint not null default 0,
  items              bigint not null default 0,
  unreferenced_files bigint not null default 0,
  unreferenced_bytes bigint not null default 0,
  error              text,
  created_at         timestamptz not null default now(),
  started_at         timestamptz,
  ended_at           timestamptz
);
create unique index scrub_run_active on scrub_run ((true)) where state in ('queued', 'running');

-- Something that is wrong, or was: what it is, where its file was moved, and what became of it.
create table scrub_finding (
  id             bigint generated always as identity primary key,
  run_id         bigint references scrub_run,
  kind           text not null,
  name           text collate "C" not null,
  repository     text not null default '',
  damage         text not null,
  detail         text not null,
  quarantine_key text,
  outcome        text not null check (outcome in
    ('repairing', 'repaired', 'awaiting push', 'lost', 'unreadable', 'gone')),
  found_at       timestamptz not null default now(),
  settled_at     timestamptz
);
create unique index scrub_finding_open on scrub_finding (kind, name, repository)
  where settled_at is null;
create index scrub_finding_run on scrub_finding (run_id, id);

-- Objects that a damaged pack held, until what needs them is restored.
create table scrub_lost_object (
  checksum   bytea primary key,
  finding_id bigint not null references scrub_finding on delete cascade
);

-- Work that restores what a finding is about: a layer or tree to absorb, a delta to make again. The
-- digest is that of the layer blob, of the image, or of the delta's artifact; the last three columns
-- are for deltas.
create table scrub_repair (
  finding_id bigint not null references scrub_finding on delete cascade,
  kind       text not null check (kind in ('layer', 'tree', 'delta')),
  digest     text collate "C" not null,
  job_id     uuid,
  repository text,
  source     text collate "C",
  target     text collate "C",
  primary key (finding_id, kind, digest)
);

-- What a reader stumbled over; the scrub looks at it next.
create table scrub_suspect (
  kind        text not null check (kind in ('blob', 'manifest', 'pack', 'recipe')),
  name        text collate "C" not null,
  reported_at timestamptz not null default now(),
  primary key (kind, name)
);

-- db-scheduler's own table again: its rows are for work that goes on in the background and must
-- not take the place of a job.
create table background_task (
  task_name            text not null,
  task_instance        text not null,
  task_data            bytea,
  execution_time       timestamptz not null,
  picked               boolean not null,
  picked_by            text,
  last_success         timestamptz,
  last_failure         timestamptz,
  consecutive_failures int,
  last_heartbeat       timestamptz,
  version              bigint not null,
  priority             smallint,
  primary key (task_name, task_instance)
);
create index background_task_execution_time on background_task (execution_time);
create index background_task_last_heartbeat on background_task (last_heartbeat);

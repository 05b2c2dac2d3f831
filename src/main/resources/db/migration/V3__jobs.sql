-- db-scheduler's own table, as its documentation gives it for PostgreSQL.
create table scheduled_tasks (
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
create index scheduled_tasks_execution_time on scheduled_tasks (execution_time);
create index scheduled_tasks_last_heartbeat on scheduled_tasks (last_heartbeat);
create index scheduled_tasks_priority on scheduled_tasks (priority desc, execution_time asc);

-- What people see of a job; the scheduler's row above is what makes it run.
create table job (
  id           uuid primary key,
  kind         text not null check (kind in ('absorb', 'delta')),
  repository   text not null,
  source       text,
  target       text not null,
  state        text not null check (state in ('queued', 'running', 'done', 'failed', 'cancelled')),
  stage        text,
  done_units   bigint,
  total_units  bigint,
  error        text,
  result       text,
  created_at   timestamptz not null default now(),
  started_at   timestamptz,
  ended_at     timestamptz
);
create index job_created on job (created_at desc);
-- Asking twice for the same work gives the same job.
create unique index job_active on job (kind, repository, coalesce(source, ''), target)
  where state in ('queued', 'running');

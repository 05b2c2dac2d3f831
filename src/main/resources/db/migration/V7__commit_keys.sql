-- One row for each transaction that must know whether it was committed when the answer to its
-- COMMIT was lost. Rows are of no use after seconds and are removed after minutes.
create table commit_key (
  id           uuid primary key,
  committed_at timestamptz not null default now()
);
create index commit_key_age on commit_key (committed_at);

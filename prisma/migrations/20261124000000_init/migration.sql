-- Keys lead with the job's id (UUIDv7: inserts at the right edge; one rule for plans and for distribution). Text keys
-- are COLLATE "C". Times are in milliseconds, so a cursor loses nothing in JavaScript. Users' values are `json`, never
-- `jsonb`: the order of keys and odd text stay as they came, and no operator ever looks into them.

-- One row a process: its lease is the lease of everything it owns. Set and judged by the database's clock alone.
create table replica (
  id         int generated always as identity primary key,
  started_at timestamptz(3) not null default clock_timestamp(),
  expires_at timestamptz(3) not null
);

create table job (
  id               text collate "C" not null,
  tenant           text collate "C" not null,
  created_at       timestamptz(3) not null default clock_timestamp(),
  state            text not null check (state in ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
  run_at           timestamptz(3),               -- claimable from then on; null: over
  owner            int,                          -- replica.id; null: nobody runs it
  fence            bigint not null default 0,    -- drawn at random at every change of owner; every write of a run names it
  takeovers        smallint not null default 0,  -- since the last recorded step
  recorded         int not null default 0,       -- the last seq in step
  cancel_at        timestamptz(3),               -- a cancel was answered with 202
  started_at       timestamptz(3),
  finished_at      timestamptz(3),
  failed_position  int,                          -- the last failed step
  failed_step      text,                         -- its path
  current_step     text,                         -- the path of the step with effects that is running
  name             text,
  labels           json,                         -- tags, metadata and limits, for the list; null: none of them
  checks           json,                         -- what failed the checks at acceptance, by position; null: nothing
  nonce            uuid not null,                -- idempotency keys of steps are made from it, never from the reusable id
  definition       json not null,                -- as posted; never updated
  variables        json,                         -- at the end; null: as in the definition
  output           json,
  output_omitted   boolean not null default false,
  primary key (id, tenant),
  constraint job_over check ((state in ('succeeded', 'failed', 'cancelled')) = (finished_at is not null)),
  constraint job_over_is_free check (finished_at is null or (owner is null and run_at is null and current_step is null)),
  constraint job_begun check (state <> 'running' or started_at is not null)
) with (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05,
        autovacuum_analyze_scale_factor = 0.02);
create index job_list  on job (tenant, created_at desc, id desc);
create index job_rare  on job (tenant, state, created_at desc, id desc) where state <> 'succeeded';
create index job_name  on job (tenant, name, created_at desc, id desc) where name is not null;
create index job_queue on job (tenant, run_at) where owner is null and run_at is not null;
create index job_owned on job (owner) where owner is not null;
create index job_ended on job using brin (finished_at) with (autosummarize = on);

-- One row for each tag and each metadata entry of a job: what the list can be filtered by, in the list's own order.
create table job_label (
  job_id     text collate "C" not null,
  tenant     text collate "C" not null,
  label      text collate "C" not null,          -- 'tag:NAME' or 'metadata:KEY=VALUE'
  created_at timestamptz(3) not null,
  primary key (job_id, tenant, label)
);
create index job_label_list on job_label (tenant, label, created_at desc, job_id desc);

-- One row an event, written once: a step when it reaches its final status. A step without a row is NONE.
create table step (
  job_id       text collate "C" not null,
  tenant       text collate "C" not null,
  seq          int not null,                     -- the event's number; equal to position only as long as nothing repeats
  position     int not null,
  attempt      smallint not null default 1,
  status       smallint not null,
  started_at   timestamptz(3),                   -- null: the block was not called
  finished_at  timestamptz(3) not null,
  return_value json,
  variables    json,                             -- where they changed since the last commit: what a takeover goes on from
  primary key (job_id, tenant, seq)
) with (autovacuum_vacuum_insert_scale_factor = 0.05);

-- No foreign key: a key outlives its job. The nonce tells the job that took it from a later one of the same id.
create table idempotency_key (
  key        text collate "C" not null,
  tenant     text collate "C" not null,
  body_hash  bytea not null,
  job_id     text collate "C" not null,
  nonce      uuid not null,
  created_at timestamptz(3) not null default clock_timestamp(),
  primary key (key, tenant)
);
create index idempotency_key_age on idempotency_key using brin (created_at) with (autosummarize = on);

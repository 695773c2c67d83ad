-- Schedules: what makes jobs again and again. No leader: a row is taken for some seconds by whoever finds it due, and the id
-- of each firing's job is made of tenant, name and moment, so that it exists once whoever makes it, and however often.
create table schedule (
  tenant          text collate "C" not null,
  name            text collate "C" not null,
  created_at      timestamptz(3) not null default clock_timestamp(),
  written_at      timestamptz(3) not null default clock_timestamp(), -- what an interval without a start counts from
  content         json not null,                 -- as it was written
  created_by      text collate "C",              -- the key under whose rights it runs; null: there were none
  enabled         boolean not null,
  next_run_at     timestamptz(3),                -- null: never again, switched off, or stopped
  stopped_reason  text,                          -- why it stopped by itself; null: it did not
  taken_until     timestamptz(3),                -- some replica makes its firings until then
  last_job_id     text collate "C",
  last_skipped_at timestamptz(3),
  skipped_total   bigint not null default 0,
  primary key (tenant, name)
);
create index schedule_due on schedule (next_run_at) where next_run_at is not null;

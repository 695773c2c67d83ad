-- What happened in a run, in order. A row holds what one commit wrote for one job, and is never changed; a job's rows are
-- counted by themselves. An entry is a JSON array (src/store/journal/entryText.ts), so that a row can be taken apart without
-- looking into users' values.
create table journal (
  job_id    text collate "C" not null,
  tenant    text collate "C" not null,
  number    int not null,                        -- 1, 2, 3 … without gaps
  first_seq int not null,                        -- of the first entry that is told; the next one's, where none is
  told      smallint not null,                   -- entries that are told, as events
  path      text,                                -- where one large entry stands alone: its path
  entries   json not null,
  variables json,                                -- the job's own after these entries, where they changed
  primary key (job_id, tenant, number)
) with (autovacuum_vacuum_insert_scale_factor = 0.05);

-- What others sent to a job and no step has taken yet. The job's row counts them: who looks for new ones asks that row,
-- under its lock.
create table signal (
  job_id text collate "C" not null,
  tenant text collate "C" not null,
  number int not null,                           -- 1, 2, 3 … in order of arrival
  kind   text not null,
  name   text not null,
  body   json not null,
  at     timestamptz(3) not null default clock_timestamp(),
  primary key (job_id, tenant, number)
);

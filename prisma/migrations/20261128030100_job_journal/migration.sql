-- A job of the new form stands in columns that the version before does not look at: for that version it has no `run_at`
-- and no `owner`, so it is never claimed by it. `journal_rows` says which form a job has.
alter table job
  add column holder        bigint,               -- replica.holder of who runs it; null: nobody
  add column due_at        timestamptz(3),       -- in the queue, in this order
  add column wake_at       timestamptz(3),       -- comes into the queue then
  add column scheduled_for timestamptz(3),       -- the moment that was asked for when it was posted
  add column journal_rows  int,                  -- its rows in journal; null: the form of the version before, with rows in step
  add column entries       json,                 -- those of a job that was over when it was accepted
  add column last_seq      int not null default 0, -- of what is told in its journal
  add column failed_seq    int,                  -- of the step that failed_step names
  add column wait_kind     text,                 -- what it waits for
  add column signals       int not null default 0, -- sent to it so far
  add column signals_taken int not null default 0,
  add column ran_ms        bigint not null default 0; -- how long replicas ran it, each by its own monotonic clock

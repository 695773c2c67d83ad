create index job_due on job (tenant, due_at) where holder is null and due_at is not null;
create index job_wake on job (wake_at) where wake_at is not null;
create index job_held on job (holder, tenant) where holder is not null;
create index job_waiting on job (wait_kind) where wait_kind is not null;

alter table job
  drop constraint job_state_check,
  add constraint job_state check (
    state in ('scheduled', 'queued', 'running', 'waiting', 'succeeded', 'failed', 'cancelled')
  ) not valid,
  drop constraint job_in_hand,
  -- Only who holds a job has a step in hand; of a job that waits it is the step that waits.
  add constraint job_step_in_hand check (
    current_step is null or owner is not null or holder is not null or state = 'waiting'
  ) not valid,
  add constraint job_waits check ((state = 'waiting') = (wait_kind is not null)) not valid,
  add constraint job_waits_begun check (state <> 'waiting' or started_at is not null) not valid,
  add constraint job_scheduled check (state <> 'scheduled' or started_at is null) not valid,
  -- The version before has its columns, this one its own.
  add constraint job_one_form check (journal_rows is null or (owner is null and run_at is null)) not valid,
  -- A job that is not over is held, queued, or waits: it is never nowhere, and never in two places.
  add constraint job_place check (
    case
      when journal_rows is null or finished_at is not null then num_nonnulls(holder, due_at, wake_at) = 0
      when state = 'waiting' then num_nonnulls(holder, due_at) = 0
      when state = 'scheduled' then num_nonnulls(holder, due_at, wake_at) <= 1
      else num_nonnulls(holder, due_at, wake_at) = 1
    end
  ) not valid;

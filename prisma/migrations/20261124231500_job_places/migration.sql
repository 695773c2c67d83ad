-- What docs/lifecycle.md says of a job's places, said to the database too: a job that waits for its first run has not
-- begun, and only who holds a job has a step in hand.
alter table job
  add constraint job_not_begun check (state <> 'queued' or started_at is null),
  add constraint job_in_hand check (current_step is null or owner is not null);

-- The definition that a job named: most jobs by name have no other label, and so stay one row. Null where a job brought its
-- own steps, and for what the version before wrote.
alter table job
  add column definition_name    text collate "C",
  add column definition_version int;

-- As before (steps_apart), by the column.
create or replace function job_keep_form() returns trigger language plpgsql as $$
begin
  if old.started_at is null and old.journal_rows = 0 and old.definition_name is not null then
    update job set
      cancel_at = new.cancel_at,
      due_at = case when holder is null then coalesce(due_at, clock_timestamp()) end,
      wake_at = null
    where id = old.id and tenant = old.tenant;
    return null;
  end if;
  if old.started_at is null and old.journal_rows = 0 then
    new.journal_rows := null;
    new.holder := null;
    new.due_at := null;
    new.wake_at := null;
    return new;
  end if;
  new.run_at := null;
  new.owner := null;
  new.fence := old.fence;
  if new.holder is null then
    new.state := 'running';
    new.wait_kind := null;
    new.current_step := null;
    new.wake_at := null;
    new.due_at := coalesce(old.due_at, clock_timestamp());
  end if;
  return new;
end
$$;

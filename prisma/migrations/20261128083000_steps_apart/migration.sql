-- A job by name has no steps in its text: those are its version's. The version before can't read it, so it never becomes a
-- job of that version, also where that one cancels it before it began. Its own update is left out, so that it holds nothing:
-- the cancel alone is kept, and the job is due at once for who can end it. Everything else is as it was (two_forms).
create or replace function job_keep_form() returns trigger language plpgsql as $$
begin
  if old.started_at is null and old.journal_rows = 0 and old.labels -> 'definition' is not null then
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

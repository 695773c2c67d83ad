-- How many jobs of a tenant run now, of both forms: replicas of both versions ask this.
create or replace function tenant_running(of_tenant text) returns int language plpgsql volatile as $$
begin
  return (select count(*) from replica r, lateral (
    select from job j where j.owner = r.id and j.tenant = of_tenant
    union all
    select from job j where j.holder = r.holder and j.tenant = of_tenant
    offset 0
  ) running);
end
$$;

-- The version before cancels a job of the new form as if it were one of its own. One that has not begun becomes its own;
-- of another the cancel is kept, and the job is due at once for who can run it.
create function job_keep_form() returns trigger language plpgsql as $$
begin
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
create trigger job_keeps_form before update of owner, run_at on job for each row
  when (old.journal_rows is not null and (new.owner is not null or new.run_at is not null))
  execute function job_keep_form();

-- Whichever version deletes a job: what hangs on it that the version before does not know goes too.
create function job_removed() returns trigger language plpgsql as $$
begin
  delete from journal where job_id = old.id and tenant = old.tenant;
  delete from signal where job_id = old.id and tenant = old.tenant;
  return null;
end
$$;
create trigger job_leaves_nothing after delete on job for each row
  when (old.journal_rows > 0 or old.signals > 0)
  execute function job_removed();

-- For people with SQL: one row a step that is over, whatever form its job has. `path` is null where the job's row has it
-- only in its definition: jobs that the version before wrote.
create view job_step as
select
  job_id, tenant, seq, items[2] #>> '{}' as path, (items[3] #>> '{}')::int as position,
  (items[5] #>> '{}')::smallint as status, to_timestamp((items[6] #>> '{}')::float8 / 1000) as started_at,
  to_timestamp((items[7] #>> '{}')::float8 / 1000) as finished_at, items[8] as return_value
from (
  select
    job_id, tenant, items,
    (first_seq - 1 + count(*) filter (where items[1]::text <> '"mark"') over (
      partition by job_id, tenant, number order by n))::int as seq,
    -- Of an entry of another kind nothing is taken apart that only a step has.
    case when items[1]::text = '"step"' then true end as is_step
  from (
    select id as job_id, tenant, 0 as number, 1 as first_seq, entries from job where entries is not null
    union all
    select job_id, tenant, number, first_seq, entries from journal
  ) rows, lateral json_array_elements(rows.entries) with ordinality as entry(entry, n),
  lateral (select array_agg(item order by k) as items from json_array_elements(entry) with ordinality as item(item, k)) parts
) entries
where is_step
union all
select job_id, tenant, seq, null, position, status, started_at, finished_at, return_value from step;

-- Waits for people and for events that were told, a row each: written with the record of the wait, closed with that of its
-- step. Those for people are questions. The id is made of the job and the step's path, so it is the same again after a crash.
create table wait (
  job_id   text collate "C" not null,
  tenant   text collate "C" not null,
  id       text collate "C" not null,
  kind     text not null check (kind in ('ask', 'signal')),
  path     text collate "C" not null,            -- of the step that waits
  asked_at timestamptz(3) not null,
  until    timestamptz(3),                       -- when the wait ends by itself; null: never
  content  json not null,                        -- what is asked; of a signal its name
  state    text not null default 'open' check (state in ('open', 'answered', 'expired', 'cancelled')),
  answer   json,                                 -- { value, by, at }
  primary key (job_id, tenant, id)
);
create index wait_id on wait (tenant, id);
create index wait_asked on wait (tenant, asked_at desc, id desc) where kind = 'ask' and state = 'open';

create or replace function job_removed() returns trigger language plpgsql as $$
begin
  delete from journal where job_id = old.id and tenant = old.tenant;
  delete from signal where job_id = old.id and tenant = old.tenant;
  delete from wait where job_id = old.id and tenant = old.tenant;
  return null;
end
$$;

-- Secrets that definitions name by {% secrets.NAME %}. The value is sealed outside of the database, and the row's own name is
-- authenticated with it: what is read here without SECRETS_KEY is worthless, and what is moved to another row opens nowhere.
create table secret (
  tenant       text collate "C" not null,
  name         text collate "C" not null,
  sealed       text not null check (sealed like 'sealed:%'), -- names the key that sealed it
  tags         text[] not null,                 -- a job must carry all of them
  hosts        text[] not null,                 -- where it may be sent; none: anywhere
  description  text,
  updated_at   timestamptz(3) not null,
  last_used_at timestamptz(3),                  -- some seconds late; null: never
  primary key (tenant, name)
);

alter table tenant_limit add column schedules integer, add column secrets integer;

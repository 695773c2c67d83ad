-- Who may do what: a small reference table. A key's id is the part of its text that stands in clear; of its secret only
-- the SHA-256 is kept. A key is revoked, never deleted: a service that once had keys is never open again by accident.
create table api_key (
  id           text collate "C" not null primary key,
  tenant       text collate "C" not null,
  name         text not null,
  secret_hash  bytea not null check (octet_length(secret_hash) = 32),
  scopes       text[] not null,
  tags         text[] not null,                  -- what its jobs may carry
  created_at   timestamptz(3) not null default clock_timestamp(),
  last_used_at timestamptz(3),                   -- written every few seconds for all that were used, never in a request
  revoked_at   timestamptz(3)
);
create index api_key_list on api_key (created_at, id);

-- What was done by whom. Who created a job stands in the job's own row, and goes into the entry of its deletion.
create table audit (
  tenant  text collate "C" not null,
  at      timestamptz(3) not null default clock_timestamp(),
  id      text collate "C" not null,
  action  text not null,
  actor   text collate "C" not null,             -- the id of a key, 'anonymous' without keys, 'command' for the command line
  subject text collate "C" not null,             -- the id of what it was done to
  details json,
  primary key (tenant, at, id)
);
create index audit_age on audit using brin (at) with (autosummarize = on);

-- Append-only for whoever works with this database: nothing is changed, and nothing younger than 90 days is deleted,
-- which leaves retention (AUDIT_RETENTION_DAYS) its work.
create function audit_keep() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and old.at < clock_timestamp() - interval '90 days' then
    return old;
  end if;
  raise exception 'the audit log is append-only' using errcode = 'restrict_violation';
end
$$;
create trigger audit_is_kept before update or delete on audit for each row execute function audit_keep();
create trigger audit_is_whole before truncate on audit for each statement execute function audit_keep();

alter table job add column created_by text collate "C"; -- the id of the key that posted it; null: the service had no keys

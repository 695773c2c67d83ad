-- What a tenant may use at most: a small reference table. Null: no bound. A tenant without a row has none at all.
create table tenant_limit (
  tenant              text collate "C" not null primary key,
  requests_per_second int check (requests_per_second > 0),
  jobs_running        int check (jobs_running >= 0),
  jobs_queued         int check (jobs_queued > 0),
  streams             int check (streams >= 0),
  webhooks            int check (webhooks >= 0),
  stored_bytes        bigint check (stored_bytes >= 0),
  updated_at          timestamptz(3) not null default clock_timestamp()
);

-- The token bucket of a tenant with a bound on requests, shared by the replicas, which take tokens in lots. Unlogged: it
-- costs no fsync, and after a crash of the database all buckets are full.
create unlogged table tenant_bucket (
  tenant      text collate "C" not null primary key,
  tokens      float8 not null,
  granted     int not null,                      -- what the last taking got
  refilled_at timestamptz not null default clock_timestamp()
);

-- What replicas have in hand, also by tenant: a claim counts the jobs of tenants with a bound on what runs at once.
drop index job_owned;
create index job_owned on job (owner, tenant) where owner is not null;

-- How many jobs of a tenant run now. Volatile, so that it sees what was committed until it is called, not until the
-- calling statement began: a claim that holds the lock of a tenant's limit sees what the holder before it claimed.
create function tenant_running(of_tenant text) returns int language plpgsql volatile as $$
begin
  return (select count(*) from replica r, lateral (
    select from job j where j.owner = r.id and j.tenant = of_tenant offset 0
  ) running);
end
$$;

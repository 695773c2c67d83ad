-- Endpoints of a tenant, a small reference table. `secret` and `previous_secret` are whsec_… or sealed (SECRETS_KEY).
create table webhook (
  id              text collate "C" not null,
  tenant          text collate "C" not null,
  created_at      timestamptz(3) not null default clock_timestamp(),
  url             text not null,
  events          text[] not null,
  description     text,
  enabled         boolean not null default true,
  disabled_reason text,                          -- why Conduit switched it off; null: it did not
  secret          text not null,
  previous_secret text,                          -- signs along until previous_until
  previous_until  timestamptz(3),
  failing_since   timestamptz(3),                -- the first failed attempt since the last delivery
  primary key (tenant, id),
  constraint webhook_on check (not enabled or disabled_reason is null),
  constraint webhook_previous check ((previous_secret is null) = (previous_until is null))
);
-- What every accept and record looks at: whom to tell.
create index webhook_told on webhook (tenant) where enabled;

-- A job's own callbacks: { "on_step_update" | "on_job_finish": { "url", "secret", "endpoint" } }; null: none.
alter table job add column callbacks json;

-- What is to be sent to whom. No body: it is made from the recorded rows when it is sent. A message that tells of no job
-- (a test) has '~' and its own id for a job: no job's id begins so.
create table message (
  job_id     text collate "C" not null,
  tenant     text collate "C" not null,
  seq        int not null,                       -- of the event it tells; 0: none
  endpoint   text collate "C" not null,          -- webhook.id; cb_… (made of tenant and URL): a job's own callback
  id         text collate "C" not null,          -- msg_ and a UUID of version 7
  event      text not null,
  state      text not null default 'ready',
  tries      smallint not null default 0,        -- attempts of the schedule that were made
  due_at     timestamptz(3),                     -- when the next one is to be made
  owner      int,                                -- replica.id; who makes one now
  created_at timestamptz(3) not null default clock_timestamp(),
  attempts   jsonb not null default '[]',        -- [{ at, status_code, error, duration_ms }], the last 100
  primary key (job_id, tenant, seq, endpoint),
  constraint message_state check (state in ('ready', 'waiting', 'sending', 'held', 'delivered', 'failed')),
  constraint message_waits check ((state = 'waiting') = (due_at is not null)),
  constraint message_owned check ((state = 'sending') = (owner is not null))
) with (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05,
        autovacuum_analyze_scale_factor = 0.02);
create index message_ready on message (endpoint, id) where state = 'ready';
create index message_waiting on message (due_at) where state = 'waiting';
create index message_sending on message (owner) where state = 'sending';
create index message_list on message (endpoint, id desc);

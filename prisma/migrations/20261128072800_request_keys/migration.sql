-- Idempotency keys of requests that make no single job (a batch, say): what was asked, and what was answered, so that a
-- repeat is answered the same. Kept for 24 hours.
create table request_key (
  tenant     text collate "C" not null,
  operation  text collate "C" not null,  -- what was asked for: a key of one operation is none of another
  key        text collate "C" not null,
  hash       bytea not null,             -- of the request: a key stands for one
  answer     json,                       -- null: it is not known yet
  created_at timestamptz(3) not null default clock_timestamp(),
  primary key (tenant, operation, key)
);
create index request_key_age on request_key (created_at);

-- Secrets that the service made for itself and keeps: one row a purpose, written once, the same for every replica.
create table service_secret (
  name       text collate "C" not null primary key,
  value      text not null,                      -- base64 of random bytes
  created_at timestamptz(3) not null default clock_timestamp()
);

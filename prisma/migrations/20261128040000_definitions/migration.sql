-- Definitions that have a name. A text stands once, however many versions and jobs have it: it is found by its hash.
create table definition_text (
  tenant  text collate "C" not null,
  hash    bytea not null check (octet_length(hash) = 32), -- SHA-256 of the text with its keys in order
  content json not null,
  primary key (tenant, hash)
);

create table definition (
  tenant     text collate "C" not null,
  name       text collate "C" not null,
  version    int not null check (version > 0),   -- the latest; versions count 1, 2, 3 and never change
  hash       bytea not null,                     -- of the latest
  deleted_at timestamptz(3),                     -- no new jobs; versions stay, and a new one counts on
  primary key (tenant, name)
);

create table definition_version (
  tenant     text collate "C" not null,
  name       text collate "C" not null,
  version    int not null,
  hash       bytea not null,
  created_at timestamptz(3) not null default clock_timestamp(),
  created_by text collate "C",                   -- the id of a key; null: the service had no keys
  primary key (tenant, name, version)
);

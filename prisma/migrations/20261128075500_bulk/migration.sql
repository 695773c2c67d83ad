-- One action on many jobs, as far as it is: whoever works on it goes on behind the place that the row tells.
create table bulk (
  tenant      text collate "C" not null,
  id          text collate "C" not null,
  created_at  timestamptz(3) not null default clock_timestamp(), -- jobs that came later are not taken
  created_by  text collate "C",                  -- the key that asked for it; null: there were none
  action      text not null check (action in ('cancel', 'rerun', 'delete')),
  filter      json not null,                     -- as it was given
  most        int not null,                      -- jobs that it takes at most
  matched     int not null,                      -- as counted at the beginning; at the end those that were taken
  done        int not null default 0,
  failed      int not null default 0,
  after_at    timestamptz(3),                    -- the last job that was looked at; null: none yet
  after_id    text collate "C",
  fence       uuid,                              -- of who works on it
  taken_until timestamptz(3),                    -- until then; past: it is anybody's, the longest left alone first
  finished_at timestamptz(3),
  primary key (tenant, id)
);
create index bulk_open on bulk (taken_until) where finished_at is null;

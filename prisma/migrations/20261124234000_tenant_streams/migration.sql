-- Open event streams of tenants with a bound on them, by replica. What a replica that is no more left here does not count.
create unlogged table stream_count (
  tenant  text collate "C" not null,
  replica int not null,
  open    int not null,
  primary key (tenant, replica)
);

-- An identity that nobody else can have: `id` is a sequence, which goes back when a database is restored. Null: a replica
-- of the version before.
alter table replica add column holder bigint;
create unique index replica_holder on replica (holder);

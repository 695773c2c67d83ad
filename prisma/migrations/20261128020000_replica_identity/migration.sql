-- Whose row it is: an id may come a second time where a database was restored, a random number does not.
alter table replica add column identity uuid not null default gen_random_uuid();

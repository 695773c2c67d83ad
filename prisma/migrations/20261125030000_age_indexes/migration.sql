-- What is old is found by ordinary indexes. A BRIN index tells of each range of pages the least value that was ever in it:
-- where new rows take the room of old ones, all ranges look old for ever, and each look for old jobs read the whole table.
drop index job_ended;
-- Only who looks for old jobs names this predicate: nothing else may take the index for another.
create index job_ended on job (finished_at) where finished_at > '-infinity';
drop index idempotency_key_age;
create index idempotency_key_age on idempotency_key (created_at);

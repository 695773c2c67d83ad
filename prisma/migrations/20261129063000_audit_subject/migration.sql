-- What was done to one thing: who cancelled a job is found without reading what was done to all others.
create index audit_subject on audit (tenant, subject, at, id);

-- The log by action: revoked keys are found without reading all cancels.
create index audit_action on audit (tenant, action, at, id);

-- On a fresh database the BRIN index is never taken: the others look as good for a range of moments, and are read whole.
drop index audit_age;
create index audit_age on audit (at);

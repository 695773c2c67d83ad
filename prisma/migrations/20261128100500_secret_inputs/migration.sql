-- Local values that a definition's inputs mark as secret, sealed under SECRETS_KEY: of a job that is not over, and of the
-- jobs that a schedule makes. They are nowhere else in the database, and a job's are gone with its end.
alter table job add column sealed_inputs text;
alter table schedule add column sealed_inputs text;

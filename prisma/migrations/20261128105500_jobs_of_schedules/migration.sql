-- The schedule that made a job. Those that are not over are asked for at each firing: over the labels that was a look at
-- each of its last 1,100 jobs. A job that is over when it is accepted is never in the index.
alter table job add column schedule text;
create index job_of_schedule on job (tenant, schedule, created_at, id) where schedule is not null and finished_at is null;
update job set schedule = labels ->> 'schedule' where finished_at is null and labels ->> 'schedule' is not null;

-- What the steps of a job that is run said last of how far they are, by their paths, and under which hold of the job.
alter table job add column progress json;

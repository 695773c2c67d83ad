-- Why a job failed, beside failed_step: the list shows it, and is filtered by it, without reading a journal. All null where
-- nothing failed, so that a job that goes well pays nothing; null too for what the version before wrote.
alter table job
  add column failed_action   text collate "C",
  add column failed_status   smallint,
  add column failed_type     text collate "C",   -- the type of its error
  add column failed_message  text,               -- at most 500 characters
  add column takeovers_total int not null default 0; -- how often another replica had to go on; `takeovers` counts since the last record

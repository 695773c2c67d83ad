-- A job that was never taken over and is nobody's child has nothing of either in its row: a null takes no room there. These
-- five bytes made one job in eleven less fit on a page.
alter table job
  alter column takeovers_total drop not null,
  alter column takeovers_total drop default,     -- null: never
  alter column parent_told drop not null,
  alter column parent_told drop default;         -- null: not told
drop index job_child;
create index job_child on job (finished_at) where parent is not null and parent_told is not true;

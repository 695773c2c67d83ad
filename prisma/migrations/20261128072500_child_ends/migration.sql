-- Children whose end their parent was not told of, over or not: nearly none.
create index job_child on job (finished_at) where parent is not null and not parent_told;

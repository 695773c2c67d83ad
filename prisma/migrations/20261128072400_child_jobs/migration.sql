-- Child jobs: a step of a job makes another job and waits for its end. The end is told to the parent by whichever replica
-- finds it, in one statement that also notes that it was told: a crash loses none and doubles none.
alter table job
  add column parent      text collate "C",        -- the job whose step made it; null: it is no child
  add column parent_step text collate "C",        -- the path of that step
  add column parent_told boolean not null default false; -- the parent has its end, or waits for it no longer

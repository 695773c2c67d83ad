-- Jobs of schedules that wait for those before them: scheduled, and due at no moment. There are few.
create index job_held_back on job (tenant, created_at) where state = 'scheduled' and wake_at is null;

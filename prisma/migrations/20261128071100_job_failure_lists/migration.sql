-- Jobs by what failed in them, in the list's own order.
create index job_failed_action on job (tenant, failed_action, created_at desc, id desc) where failed_action is not null;
create index job_failed_type on job (tenant, failed_type, created_at desc, id desc) where failed_type is not null;

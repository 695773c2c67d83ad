-- On empty tables, where all indexes look alike, look-ups by (id, tenant) took job_list for the primary key, and kept that
-- plan: with a million jobs they then read every entry of the tenant. The predicate holds for every row. It is there so
-- that only statements that name it, those of the list, can use these indexes.
drop index job_list;
create index job_list on job (tenant, created_at desc, id desc) where created_at > '-infinity';

drop index job_label_list;
create index job_label_list on job_label (tenant, label, created_at desc, job_id desc) where created_at > '-infinity';

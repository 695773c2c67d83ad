-- What is new stands last in these indexes, no longer first. Postgres leaves a page nearly full where it grows at its end, and
-- half full where it grows at its begin: the list of jobs took 137 bytes a job. Lists read them backwards.
create index job_list_up on job (tenant, created_at, id) where created_at > '-infinity';
drop index job_list;
alter index job_list_up rename to job_list;
create index job_rare_up on job (tenant, state, created_at, id) where state <> 'succeeded';
drop index job_rare;
alter index job_rare_up rename to job_rare;
create index job_name_up on job (tenant, name, created_at, id) where name is not null;
drop index job_name;
alter index job_name_up rename to job_name;
create index job_definition_up on job (tenant, definition_name, created_at, id) where definition_name is not null;
drop index job_definition;
alter index job_definition_up rename to job_definition;
create index job_failed_action_up on job (tenant, failed_action, created_at, id) where failed_action is not null;
drop index job_failed_action;
alter index job_failed_action_up rename to job_failed_action;
create index job_failed_type_up on job (tenant, failed_type, created_at, id) where failed_type is not null;
drop index job_failed_type;
alter index job_failed_type_up rename to job_failed_type;
create index job_label_list_up on job_label (tenant, label, created_at, job_id) where created_at > '-infinity';
drop index job_label_list;
alter index job_label_list_up rename to job_label_list;
create index wait_asked_up on wait (tenant, asked_at, id) where kind = 'ask' and state = 'open';
drop index wait_asked;
alter index wait_asked_up rename to wait_asked;
create index message_list_up on message (endpoint, id);
drop index message_list;
alter index message_list_up rename to message_list;

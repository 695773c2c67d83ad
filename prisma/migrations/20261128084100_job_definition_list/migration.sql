-- Jobs by the definition that they named, in the list's own order.
create index job_definition on job (tenant, definition_name, created_at desc, id desc) where definition_name is not null;

-- How many messages of a tenant may be on their way before its new jobs are refused. Null: the default.
alter table tenant_limit add column messages_pending int check (messages_pending > 0);

-- What is on its way, by tenant: it is counted up to the bound, now and then while jobs come.
create index message_pending on message (tenant) where state in ('ready', 'sending', 'waiting', 'held');

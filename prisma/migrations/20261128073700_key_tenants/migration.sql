-- Whether keys of more than one tenant are good is asked each second: two entries are looked at.
create index api_key_tenant on api_key (tenant);

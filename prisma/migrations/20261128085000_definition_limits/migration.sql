-- How many definitions a tenant may have, versions each, and tests each; null: what holds where nothing is said.
alter table tenant_limit
  add column definitions         int check (definitions >= 0),
  add column definition_versions int check (definition_versions > 0),
  add column definition_tests    int check (definition_tests >= 0);

-- A key may end by itself, change its secret while the old one holds for a while, and be bound to definitions. Columns
-- without a default that must be computed: nothing is rewritten, and the version before reads and writes as it did.
alter table api_key
  add column expires_at     timestamptz(3),      -- from then on it opens nothing; null: never
  add column previous_hash  bytea,               -- SHA-256 of the secret before, which holds until previous_until
  add column previous_until timestamptz(3),
  add column definitions    text[],              -- it submits only jobs of these (patterns); null: any steps
  add constraint api_key_previous check ((previous_hash is null) = (previous_until is null));

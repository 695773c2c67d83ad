// What a service would answer that has keys, secrets and much to say, for pictures: made in one, the first key would close it.

const MADE = '2026-01-05T08:00:00.000Z'
const KEY = {
  id: 'key_2Jq8Zt',
  name: 'shop',
  tenant: 'default',
  scopes: ['jobs:read', 'jobs:write'],
  tags: ['HTTP'],
  definitions: ['refund', 'report-*'],
  expires_at: null,
  created_at: MADE,
  last_used_at: MADE,
  revoked_at: null,
}
const EVERYTHING = ['admin', 'jobs:read', 'jobs:write', 'definitions:read', 'definitions:write', 'schedules:read']

/** Keys as people have them: with few rights, with many, with a long name, ended, revoked. */
export const KEYS = {
  data: [
    KEY,
    { ...KEY, id: 'key_admin', name: 'admin', scopes: EVERYTHING, tags: [], definitions: null, last_used_at: null },
    {
      ...KEY,
      id: 'key_long',
      name: 'reports-of-the-whole-group-of-companies-and-of-its-suppliers',
      tenant: 'acme-europe',
    },
    { ...KEY, id: 'key_ended', name: 'last year', definitions: null, expires_at: MADE },
    { ...KEY, id: 'key_revoked', name: 'lost laptop', definitions: null, revoked_at: MADE },
  ],
  next_cursor: null,
}

export const NEW_KEY = { ...KEY, secret: `cdt_${'2Jq8ZtW5'.repeat(6)}` }

const SECRET = { name: 'SHOP_TOKEN', tags: [], hosts: ['api.example.com'], description: null, updated_at: MADE }

export const SECRETS = {
  data: [
    { ...SECRET, last_used_at: MADE },
    {
      ...SECRET,
      name: 'TOKEN_OF_THE_PAYMENT_PROVIDER_FOR_REFUNDS_OF_ORDERS',
      hosts: ['payments.example.com', '*.refunds-of-orders.payments.example.com'],
      tags: ['HTTP', 'FINANCE'],
      last_used_at: null,
    },
  ],
  next_cursor: null,
}

export const ME = {
  tenant: 'acme-europe',
  scopes: ['jobs:read'],
  tags: [],
  key: { id: KEY.id, name: 'support-of-the-whole-group-of-companies' },
  open: false,
  version: '0.1.0',
}

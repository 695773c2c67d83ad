import { FORBIDDEN_URLS } from './addresses.ts'
import { get, type HostileInput, MALFORMED, NOT_FOUND } from './input.ts'

const webhook = (name: string, body: unknown, pointer = ''): HostileInput => ({
  name: `a webhook ${name.slice(0, 70)}`,
  method: 'POST',
  path: '/v1/webhooks',
  headers: [['content-type', 'application/json']],
  body: JSON.stringify(body),
  status: 422,
  problem: 'invalid-webhook',
  pointer,
})
const url = 'https://example.com/'
const asField = (field: string, value: unknown, pointer = `/${field}`): HostileInput =>
  webhook(`with ${field} ${JSON.stringify(value)}`, { url, [field]: value }, pointer)

/** Webhooks, and what stands below them. */
export const webhooks: readonly HostileInput[] = [
  ...FORBIDDEN_URLS.map((one) => webhook(`to ${JSON.stringify(one)}`, { url: one }, '/url')),
  ...[null, [], 'x', 5].map((body) => webhook(`of ${JSON.stringify(body)}`, body)),
  webhook('without a URL', {}, '/url'),
  ...[5, null, [url], { href: url }].map((one) => webhook(`to ${JSON.stringify(one)}`, { url: one }, '/url')),
  ...['step.updated', 5, {}, [], Array(21).fill('job.finished')].map((events) => asField('events', events)),
  ...['*', 'STEP.UPDATED', '', 5, null, '__proto__'].map((event) => asField('events', [event], '/events/0')),
  ...['x'.repeat(501), 5, []].map((description) => asField('description', description)),
  ...['', 'whsec_', 'whsec_QUJD', `whsec_${'A'.repeat(90)}`, 'A'.repeat(40), 5].map((secret) =>
    asField('secret', secret),
  ),
  ...['true', 1, null].map((enabled) => asField('enabled', enabled)),
  ...['id', 'tenant', 'constructor', 'created_at'].map((field) => asField(field, 'x')),
  ...[
    '__proto__',
    '%00',
    '..%2f',
    "'%20or%20'1'='1",
    'x'.repeat(1000),
    'wh_x',
    'wh_00000000-0000-0000-0000-000000000000',
  ].flatMap((id) => [
    get(`the webhook ${id.slice(0, 30)}`, `/v1/webhooks/${id}`, NOT_FOUND),
    get(`the deliveries of ${id.slice(0, 30)}`, `/v1/webhooks/${id}/deliveries`, NOT_FOUND),
  ]),
  ...['abc', 'W10', 'bnVsbA'].map((cursor) =>
    get(`the cursor ${cursor} of webhooks`, `/v1/webhooks?cursor=${cursor}`, MALFORMED),
  ),
]

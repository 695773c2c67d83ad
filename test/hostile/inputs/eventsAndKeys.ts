import { get, type HostileInput, MALFORMED, NOT_FOUND } from './input.ts'

const JSON_TYPE = ['content-type', 'application/json'] as const
const cursor = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

const watch = (id: string, path = '/v1/jobs/made/events'): HostileInput => ({
  name: `Last-Event-ID: ${id.slice(0, 30)} of ${path.slice(9, 30)}`,
  method: 'GET',
  path,
  headers: [
    ['accept', 'text/event-stream'],
    ['last-event-id', id],
  ],
  ...MALFORMED,
})

/** Events and keys. */
export const eventsAndKeys: readonly HostileInput[] = [
  ...['abc', '-1', '1.5', '1e1', '0x1', '+1', '1, 2', '1;2', "1' or 1=1", 'null', 'NaN', 'caf\u00e9'].map((id) =>
    watch(id),
  ),
  ...['', ' '].map((id): HostileInput => {
    const { name, method, path, headers = [] } = watch(id)
    return { name, method, path, headers, status: 200 }
  }),
  ...['-1', 'abc', '1.5', '1&after=2', '%00'].map((after) =>
    get(`after=${after}`, `/v1/jobs/made/events?after=${after}`, MALFORMED),
  ),
  get('events of no job', '/v1/jobs/..%2f/events', NOT_FOUND),
  ...['x.y.z', '%00', 'a.b', 'caf%C3%A9', 'x'.repeat(5000), '__proto__', "'%20or%20'1'='1"].map((token) =>
    get(`the token ${token.slice(0, 20)}`, `/v1/jobs/made?token=${token}`, {
      status: 401,
      problem: 'unauthorized',
      without: [token],
    }),
  ),
  get('a token given twice', '/v1/jobs/made?token=a&token=b', MALFORMED),
  ...['abc', cursor([1]), cursor([-1, 'a']), cursor([-8.6e15, 'a']), cursor([1e300, 'a'])].map((text) =>
    get(`the cursor ${text} of keys`, `/v1/keys?cursor=${text}`, MALFORMED),
  ),
  ...['__proto__', '%00', '..', "'", 'x'.repeat(1000)].map((id) =>
    get(`the key ${id.slice(0, 20)}`, `/v1/keys/${id}`, NOT_FOUND),
  ),
  ...[
    null,
    [],
    {},
    { name: 5 },
    { name: 'a', scopes: ['root'] },
    { name: 'a', scopes: 'admin' },
    { name: 'a', tenant: '../x' },
    { name: 'a', admin: true },
    { name: '\0' },
  ].map(
    (key): HostileInput => ({
      name: `a key of ${JSON.stringify(key)}`,
      method: 'POST',
      path: '/v1/keys',
      headers: [JSON_TYPE],
      body: JSON.stringify(key),
      status: 422,
    }),
  ),
]

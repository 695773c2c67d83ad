import { get, type HostileInput, MALFORMED } from './input.ts'

const OK = { status: 200 } as const
const cursor = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** Queries. */
export const queries: readonly HostileInput[] = [
  ...[
    'abc',
    '',
    '%00',
    'W10',
    'bnVsbA',
    'e30',
    cursor([]),
    cursor([1]),
    cursor([1, 2]),
    cursor(['1', 'a']),
    cursor([1e300, 'a']),
    cursor([8.65e15, 'a']),
    cursor([1.5, 'a']),
    cursor([1, "a' or 1=1"]),
    cursor([1, 'a', 1]),
    cursor({ 0: 1, 1: 'a', length: 2 }),
    cursor([1, '']),
    cursor([1, 'x'.repeat(200)]),
    'x'.repeat(301),
    cursor([1, 'a']).slice(0, -3),
  ].map((text) => get(`the cursor ${text.slice(0, 40)}`, `/v1/jobs?cursor=${text}`, MALFORMED)),
  ...[[-1], [1.5], ['1'], [null], [1e300], [9007199254740992], [], [1, 2], {}].map((value) =>
    get(`a cursor of steps of ${JSON.stringify(value)}`, `/v1/jobs/made/steps?cursor=${cursor(value)}`, MALFORMED),
  ),
  get('a cursor of steps far beyond the last', `/v1/jobs/made/steps?cursor=${cursor([9007199254740991])}`, MALFORMED),
  get('a cursor of steps beyond the last', `/v1/jobs/made/steps?cursor=${cursor([2147483647])}`, OK),
  get('a cursor before all time', `/v1/jobs?cursor=${cursor([-8.6e15, 'a'])}`, MALFORMED),
  get('a cursor after all time', `/v1/jobs?cursor=${cursor([8.6e15, 'a'])}`, OK),
  ...['0', '201', '-1', '1.5', '1e1', '0x10', 'abc', '', '%00', '9'.repeat(400), '1&limit=2', 'null', '+5', '٥'].map(
    (limit) =>
      get(
        `limit=${limit.slice(0, 20)}`,
        `/v1/jobs?limit=${limit === '٥' ? encodeURIComponent(limit) : limit}`,
        MALFORMED,
      ),
  ),
  ...['xyz', '', 'QUEUED', 'queued&state=running', '__proto__'].map((state) =>
    get(`state=${state}`, `/v1/jobs?state=${state}`, MALFORMED),
  ),
  ...[
    'yesterday',
    '',
    '0',
    '2026',
    '2026-13-01T00:00:00Z',
    '2026-02-30T00:00:00Z',
    '2026-01-01',
    '99999-01-01T00:00:00Z',
    '2026-01-01T00:00:00',
    '-000001-01-01T00:00:00Z',
    "2026-01-01T00:00:00Z' or 1=1",
  ].map((moment) => get(`created_after=${moment}`, `/v1/jobs?created_after=${encodeURIComponent(moment)}`, MALFORMED)),
  get('the first moment of all', '/v1/jobs?created_after=0000-01-01T00:00:00Z', OK),
  get('the last moment of all', '/v1/jobs?created_before=9999-12-31T23:59:59.999Z', OK),
  ...[
    'name=%00',
    'tag=a%00',
    'metadata.a=%00',
    'metadata.%00=a',
    `name=${'x'.repeat(201)}`,
    `tag=${'x'.repeat(101)}`,
    'metadata.a=1&metadata.a=2',
    'tag=a&tag=b',
  ].map((query) => get(`the filter ${query.slice(0, 40)}`, `/v1/jobs?${query}`, MALFORMED)),
  ...[
    'name=%ed%a0%80',
    'name=%ff',
    "name=' or '1'='1",
    'name=%27%3Bselect%20pg_sleep(9)%3B--',
    'tag=%25',
    'metadata.=x',
    '__proto__=1',
    '__proto__[a]=1',
    'constructor=1&toString=2',
    'a[b][c]=1',
    '&&&===&',
    '?',
    '%',
    'unknown=1&unknown=2',
  ].map((query) => get(`the query ${query}`, `/v1/jobs?${query.replaceAll(' ', '%20')}`, OK)),
  get(
    'two hundred filters',
    `/v1/jobs?${Array.from({ length: 200 }, (_, i) => `metadata.k${i}=v`).join('&')}`,
    MALFORMED,
  ),
  get('ten thousand parameters', `/v1/jobs?${'a&'.repeat(7000)}`, OK),
  ...['-1', '61', 'abc', '1e1', '', '0.5', '1&wait=2', '99999999999999999999'].map((wait) =>
    get(`wait=${wait}`, `/v1/jobs/made?wait=${wait}`, MALFORMED),
  ),
  ...['maybe', '', '2', 'true&steps=false', 'null'].map((steps) =>
    get(`steps=${steps}`, `/v1/jobs/made?steps=${steps}`, MALFORMED),
  ),
  get('a pattern of 201 characters', `/v1/blocks?match=${'*'.repeat(201)}`, MALFORMED),
  get('a pattern that would backtrack', `/v1/blocks?match=${'*A'.repeat(99)}Z`, OK),
  get('a pattern of a regular expression', '/v1/blocks?match=(a%2B)%2B%24', OK),
]

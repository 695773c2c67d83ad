import { ACCEPTED, type HostileInput, MALFORMED } from './input.ts'

const UNSUPPORTED = { status: 415, problem: 'unsupported-media-type' } as const

const post = (
  name: string,
  headers: HostileInput['headers'],
  answer: Pick<HostileInput, 'status' | 'problem'>,
  body = '{"steps":[]}',
): HostileInput => ({
  name,
  method: 'POST',
  path: '/v1/jobs',
  ...(headers === undefined ? {} : { headers }),
  body,
  ...answer,
})
const typed = (type: string, answer: Pick<HostileInput, 'status' | 'problem'>): HostileInput =>
  post(`the content type ${type}`, [['content-type', type]], answer)

/** Content types and codings. A charset has no meaning for JSON (RFC 8259, section 11): the bytes are UTF-8. */
export const types: readonly HostileInput[] = [
  post('no content type', [], UNSUPPORTED),
  ...[
    '',
    'text/plain',
    'text/json',
    'text/html',
    'application/xml',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/octet-stream',
    'application/jsonp',
    'json',
    '*/*',
    'application/*',
    'application/json, text/html',
    'application/json2',
    'application /json',
    'application/x+json+xml',
  ].map((type) => typed(type, UNSUPPORTED)),
  ...[
    'application/json; charset=utf-16',
    'application/json; charset=utf-7',
    'application/json; charset=iso-8859-1',
    'application/json;charset="UTF-32"',
    'application/json; charset=utf-8; charset=utf-7',
  ].map((type) => typed(type, ACCEPTED)),
  ...[
    'APPLICATION/JSON',
    'application/json; charset=utf-8',
    'application/json;charset="UTF-8"',
    'application/json; charset=us-ascii',
    'application/json ; a=b',
    'application/merge-patch+json',
  ].map((type) => typed(type, ACCEPTED)),
  ...['gzip', 'deflate', 'br', 'x-gzip', 'gzip, gzip', 'chunked', 'identity, gzip'].map((coding) =>
    post(
      `the coding ${coding}`,
      [
        ['content-type', 'application/json'],
        ['content-encoding', coding],
      ],
      UNSUPPORTED,
    ),
  ),
  post(
    'the coding identity',
    [
      ['content-type', 'application/json'],
      ['content-encoding', 'identity'],
    ],
    ACCEPTED,
  ),
]

const JSON_TYPE = ['content-type', 'application/json'] as const
const withHeader = (name: string, value: string, answer: Pick<HostileInput, 'status' | 'problem'>): HostileInput =>
  post(`${name}: ${value.slice(0, 50)}`, [JSON_TYPE, [name, value]], answer)

/** Headers that mean something, with values that mean nothing. */
export const headers: readonly HostileInput[] = [
  ...['a b', 'x'.repeat(256), 'caf\u00e9', 'a\tb', 'a\u007f'].map((key) =>
    withHeader('idempotency-key', key, MALFORMED),
  ),
  post('two idempotency keys', [JSON_TYPE, ['idempotency-key', 'a'], ['idempotency-key', 'b']], MALFORMED),
  withHeader('idempotency-key', '', ACCEPTED),
  withHeader('idempotency-key', `'";--;drop`, ACCEPTED),
  ...[
    'wait',
    'wait=',
    'wait=abc',
    'wait=-1',
    'wait=1.5',
    'wait="',
    'wait=9999999999999',
    ',,,;;;===',
    'respond-async',
    'wait=1e1',
    `${'a,'.repeat(3000)}`,
  ].map((prefer) => withHeader('prefer', prefer, ACCEPTED)),
  ...['text/html', 'application/xml', 'application/json;q=0', 'image/*'].map((accept) =>
    withHeader('accept', accept, { status: 406, problem: 'not-acceptable' }),
  ),
  ...['*/*;q=0.001', `${'a/b,'.repeat(2000)}*/*`].map((accept) => withHeader('accept', accept, ACCEPTED)),
  ...['a b', 'x'.repeat(129), '<script>', "'; drop table job", '../../etc', 'caf\u00e9'].map(
    (id): HostileInput => ({ ...withHeader('x-request-id', id, ACCEPTED), without: [id] }),
  ),
  ...[
    ['x-http-method-override', 'DELETE'],
    ['x-method-override', 'PUT'],
    ['x-forwarded-host', 'evil.test'],
    ['x-original-url', '/metrics'],
    ['x-rewrite-url', '/metrics'],
    ['forwarded', 'host=evil.test'],
    ['range', 'bytes=0-0'],
    ['cookie', 'a='.repeat(3000)],
    ['referer', 'javascript:alert(1)'],
  ].map(([name = '', value = '']): HostileInput => ({ ...withHeader(name, value, ACCEPTED), without: ['evil.test'] })),
  ...['https://evil.test', 'null', 'evil', 'http://localhost.evil.test', 'http://localhost:1'].map(
    (origin): HostileInput => ({
      ...withHeader('origin', origin, { status: 403, problem: 'forbidden' }),
      without: ['access-control-allow'],
    }),
  ),
  withHeader('sec-fetch-site', 'cross-site', { status: 403, problem: 'forbidden' }),
  {
    name: 'a preflight from an origin that nobody named',
    method: 'OPTIONS',
    path: '/v1/jobs',
    headers: [
      ['origin', 'https://evil.test'],
      ['access-control-request-method', 'POST'],
    ],
    status: 405,
    problem: 'method-not-allowed',
    without: ['access-control-allow'],
  },
  ...['*, "', '"', 'W/"', ','.repeat(5000), '\u00e9'].map(
    (tag): HostileInput => ({
      name: `if-none-match: ${tag.slice(0, 20)}`,
      method: 'GET',
      path: '/v1/jobs/made',
      headers: [['if-none-match', tag]],
      status: 200,
    }),
  ),
  ...[
    ['PUT', '/v1/jobs'],
    ['PATCH', '/v1/jobs'],
    ['DELETE', '/v1/jobs'],
    ['POST', '/v1/jobs/made'],
    ['POST', '/readyz'],
    ['DELETE', '/metrics'],
    ['PUT', '/openapi.json'],
    ['TRACE', '/v1/jobs'],
    ['DELETE', '/v1/blocks'],
  ].map(
    ([method = '', path = '']): HostileInput => ({
      name: `${method} ${path}`,
      method,
      path,
      status: 405,
      problem: 'method-not-allowed',
    }),
  ),
  {
    name: 'DELETE with a body',
    method: 'DELETE',
    path: '/v1/jobs/nobodys',
    headers: [JSON_TYPE],
    body: '{"a":',
    ...MALFORMED,
  },
  {
    name: 'GET with a body',
    method: 'GET',
    path: '/v1/jobs/made',
    headers: [JSON_TYPE, ['content-length', '12']],
    body: '{"steps":[]}',
    status: 200,
  },
]

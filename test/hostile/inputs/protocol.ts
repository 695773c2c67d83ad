import type { HostileInput } from './input.ts'
import { MALFORMED } from './input.ts'

const raw = (
  name: string,
  bytes: string | Buffer,
  answer: Omit<HostileInput, 'name' | 'method' | 'path' | 'raw'>,
): HostileInput => ({
  name,
  method: '',
  path: '',
  raw: bytes,
  ...answer,
})

const HOST = 'Host: localhost\r\nConnection: close\r\n'
const ask = (line: string, headers = ''): string => `${line}\r\n${HOST}${headers}\r\n`
const post = (headers: string, body: string): string =>
  `POST /v1/jobs HTTP/1.1\r\n${HOST}Content-Type: application/json\r\n${headers}\r\n${body}`
const CHUNKED = 'Transfer-Encoding: chunked\r\n'
const NOTHING = { status: 0 } as const

/** What is no HTTP, or HTTP that two servers may read in two ways. */
export const protocol: readonly HostileInput[] = [
  raw('noise', 'what is this\r\n\r\n', MALFORMED),
  raw('zeros', Buffer.alloc(100), MALFORMED),
  raw('a TLS greeting', Buffer.from('16030100a5010000a10303', 'hex'), MALFORMED),
  raw('the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', MALFORMED),
  raw('a command for Redis', '*1\r\n$8\r\nFLUSHALL\r\n', MALFORMED),
  raw('HTTP/0.9', 'GET /livez\r\n\r\n', { status: 200 }),
  raw('HTTP/3.7', ask('GET /livez HTTP/3.7'), MALFORMED),
  raw('HTTP/1.1 without a Host', 'GET /livez HTTP/1.1\r\nConnection: close\r\n\r\n', MALFORMED),
  raw('two Hosts', ask('GET /livez HTTP/1.1', 'Host: other.test\r\n'), MALFORMED),
  raw('HTTP/1.0 without a Host', 'GET /livez HTTP/1.0\r\n\r\n', { status: 200 }),
  raw('a method in small letters', ask('get /livez HTTP/1.1'), MALFORMED),
  raw('an unknown method', ask('FOO /livez HTTP/1.1'), MALFORMED),
  raw('a method of 5,000 characters', ask(`${'G'.repeat(5000)} / HTTP/1.1`), MALFORMED),
  ...['PROPFIND', 'MKCOL', 'PURGE'].map((method) =>
    raw(`the method ${method}`, ask(`${method} /v1/jobs HTTP/1.1`), { status: 501, problem: 'not-implemented' }),
  ),
  raw('a space in the path', ask('GET /livez /x HTTP/1.1'), MALFORMED),
  raw('NUL in the path', ask('GET /livez\0 HTTP/1.1'), MALFORMED),
  raw('bytes beyond ASCII in the path', Buffer.from(ask('GET /v1/jobs/\xff\xfe HTTP/1.1'), 'latin1'), MALFORMED),
  raw('a path without a slash', ask('GET livez HTTP/1.1'), MALFORMED),
  raw('another host in the path', ask('GET http://evil.test/v1/jobs HTTP/1.1'), {
    status: 403,
    problem: 'forbidden',
  }),
  raw('a path that is a star', ask('OPTIONS * HTTP/1.1'), { status: 204 }),
  raw('a tunnel', ask('CONNECT evil.test:443 HTTP/1.1'), NOTHING),
  raw('an upgrade to a web socket', ask('GET /livez HTTP/1.1', 'Connection: Upgrade\r\nUpgrade: websocket\r\n'), {
    status: 200,
  }),
  raw(
    'an upgrade to h2c',
    ask('GET /livez HTTP/1.1', 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAM\r\n'),
    { status: 200 },
  ),
  raw('an expectation that nobody knows', post('Content-Length: 12\r\nExpect: 200-maybe\r\n', '{"steps":[]}'), {
    status: 417,
  }),
  raw('a header without a colon', ask('GET /livez HTTP/1.1', 'nonsense\r\n'), MALFORMED),
  raw('a header without a name', ask('GET /livez HTTP/1.1', ': x\r\n'), MALFORMED),
  raw('white space before the colon', ask('GET /livez HTTP/1.1', 'X-A : b\r\n'), MALFORMED),
  raw('a folded header', ask('GET /livez HTTP/1.1', 'X-A: b\r\n c\r\n'), MALFORMED),
  raw('NUL in a header', ask('GET /livez HTTP/1.1', 'X-A: b\0c\r\n'), MALFORMED),
  raw('a bare CR in a header', ask('GET /livez HTTP/1.1', 'X-A: b\rX-B: c\r\n'), MALFORMED),
  raw('a control character in a name', ask('GET /livez HTTP/1.1', 'X\x01A: b\r\n'), MALFORMED),
  raw('a header of 20,000 characters', ask('GET /livez HTTP/1.1', `X-A: ${'x'.repeat(20_000)}\r\n`), {
    status: 431,
    problem: 'malformed-request',
  }),
  raw('a header without end', `GET /livez HTTP/1.1\r\n${HOST}X-A: ${'x'.repeat(100_000)}`, {
    status: 431,
    problem: 'malformed-request',
  }),
  raw('5,000 headers', ask('GET /livez HTTP/1.1', 'A: b\r\n'.repeat(5000)), {
    status: 431,
    problem: 'malformed-request',
  }),
  raw('a path of 20,000 characters', ask(`GET /${'x'.repeat(20_000)} HTTP/1.1`), {
    status: 431,
    problem: 'malformed-request',
  }),
  raw('a length and chunks', post(`Content-Length: 12\r\n${CHUNKED}`, 'c\r\n{"steps":[]}\r\n0\r\n\r\n'), MALFORMED),
  raw('chunks and a length', post(`${CHUNKED}Content-Length: 5\r\n`, '0\r\n\r\n'), MALFORMED),
  raw('two lengths', post('Content-Length: 12\r\nContent-Length: 13\r\n', '{"steps":[]} '), MALFORMED),
  raw('two lengths in one', post('Content-Length: 12, 12\r\n', '{"steps":[]}'), MALFORMED),
  ...['-1', '+12', '1e1', '0x0c', 'abc', '12abc', '99999999999999999999999'].map((length) =>
    raw(`the length ${length}`, post(`Content-Length: ${length}\r\n`, '{"steps":[]}'), MALFORMED),
  ),
  raw('a length of a petabyte', post('Content-Length: 1000000000000000\r\n', '{"steps":[]}'), {
    status: 413,
    problem: 'payload-too-large',
  }),
  ...['gzip, chunked', 'identity,chunked'].map((coding) =>
    raw(`the transfer coding ${coding}`, post(`Transfer-Encoding: ${coding}\r\n`, 'c\r\n{"steps":[]}\r\n0\r\n\r\n'), {
      status: 501,
      problem: 'not-implemented',
    }),
  ),
  ...['xchunked', 'identity', 'gzip', 'chunked, identity', 'chunked, chunked', '\x0bchunked'].map((coding) =>
    raw(
      `the transfer coding ${JSON.stringify(coding)}`,
      post(`Transfer-Encoding: ${coding}\r\n`, 'c\r\n{"steps":[]}\r\n0\r\n\r\n'),
      MALFORMED,
    ),
  ),
  raw('a chunk whose size is no number', post(CHUNKED, 'zz\r\n{"steps":[]}\r\n0\r\n\r\n'), MALFORMED),
  raw('a chunk of negative size', post(CHUNKED, '-c\r\n{"steps":[]}\r\n0\r\n\r\n'), MALFORMED),
  raw('a chunk beyond 64 bits', post(CHUNKED, 'fffffffffffffffff\r\n{"steps":[]}\r\n0\r\n\r\n'), MALFORMED),
  raw('a chunk longer than it says', post(CHUNKED, '3\r\n{"steps":[]}\r\n0\r\n\r\n'), MALFORMED),
  raw(
    'an extension of a chunk of 20,000 characters',
    post(CHUNKED, `c;${'x'.repeat(20_000)}\r\n{"steps":[]}\r\n0\r\n\r\n`),
    MALFORMED,
  ),
  raw(
    'a body in chunks of one byte',
    post(CHUNKED, `${[...'{"steps":[]}'].map((byte) => `1\r\n${byte}\r\n`).join('')}0\r\n\r\n`),
    { status: 202 },
  ),
  raw('two megabytes in chunks', post(CHUNKED, `${`8000\r\n${' '.repeat(32_768)}\r\n`.repeat(64)}0\r\n\r\n`), {
    status: 413,
    problem: 'payload-too-large',
  }),
  raw('chunks that do not end', post(CHUNKED, `8000\r\n${' '.repeat(32_768)}\r\n`.repeat(40)), {
    status: 413,
    problem: 'payload-too-large',
  }),
  raw(
    'a second request in the same breath',
    'POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n' +
      '{"steps":[]}GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n',
    { status: 202 },
  ),
]

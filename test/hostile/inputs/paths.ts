import { get, type HostileInput, MALFORMED, NOT_FOUND } from './input.ts'

const OK = { status: 200 } as const

/** Paths and ids. `made` is a job that is there. */
export const paths: readonly HostileInput[] = [
  ...[
    '%00',
    '%0a',
    '%2e%2e',
    '%2F',
    '..%2f..%2fetc%2fpasswd',
    '%5c',
    'a%2fb',
    '%E2%80%AE',
    "'%20or%201=1",
    'x'.repeat(65),
    'a%0d%0aset-cookie:%20x',
    '__proto__',
    'constructor',
    '%F0%9F%90%8D',
  ].flatMap((id) => [get(`the job ${id.slice(0, 40)}`, `/v1/jobs/${id}`, NOT_FOUND)]),
  ...['%', '%zz', '%ff', '%c0%af', '%ed%a0%80', '%u0041'].map((id) =>
    get(`the path ${id}`, `/v1/jobs/${id}`, MALFORMED),
  ),
  get('a job id of 1,500 characters', `/v1/jobs/${'x'.repeat(1500)}`, NOT_FOUND),
  get('a job id of 5,000 characters', `/v1/jobs/${'x'.repeat(5000)}`, MALFORMED),
  ...['__proto__', 'constructor', '%00', '..%2f1', '-1', '0', '1e0', '%31%00', '%F0%9F%90%8D'].map((path) =>
    get(`the step ${path}`, `/v1/jobs/made/steps/${path}`, NOT_FOUND),
  ),
  get('the step 1, encoded', '/v1/jobs/made/steps/%31', OK),
  ...[
    '/v1//jobs',
    '/v1/jobs/',
    '/V1/JOBS',
    '/v1/jobs;a=b',
    '/v1/../v1/jobs',
    '/v1/./jobs',
    '//v1/jobs',
    '/\\v1\\jobs',
    '/..',
    '/etc/passwd',
    '/.env',
    '/v1',
    '/v1/',
    '/favicon.ico/..',
    '/v1/jobs/made/steps/1/2',
  ].map((path) => get(`the path ${path}`, path, NOT_FOUND)),
  ...[
    '/docs/reference/static/..%2f..%2fpackage.json',
    '/docs/reference/static/%2e%2e/%2e%2e/package.json',
    '/docs/reference/static/../../package.json',
    '/docs/reference/static/%00',
    '/docs/reference/static/....//package.json',
  ].map((path) => get(`the file ${path}`, path, { status: 404, without: ['"dependencies"', '"version"'] })),
  ...[
    '__proto__',
    'constructor',
    'text.jo%C4%B1n',
    'TEXT.JO%C4%B0N',
    'TE%EF%BC%B8T.JOIN',
    '%00',
    '*',
    'TEXT.*',
    '..',
  ].map((action) => get(`the block ${action}`, `/v1/blocks/${action}`, NOT_FOUND)),
]

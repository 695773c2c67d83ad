/** The headers of answers, by the names under which the document describes them. */
export const RESPONSE_HEADERS = {
  'X-Request-Id': 'The id of the request, also in the log: that of the client, or a new one.',
  Location: 'Where to find what was made.',
  Link: 'The next page (`rel="next"`), or where to watch (`rel="monitor"`).',
  ETag: 'The version of what is shown, for `If-None-Match` and `If-Match`.',
  'Retry-After': 'Seconds after which to try again.',
  RateLimit: 'What is left of the tenant’s requests (draft-ietf-httpapi-ratelimit-headers).',
  'RateLimit-Policy': 'The tenant’s bound on requests, where it has one.',
  'WWW-Authenticate': 'What is asked for (RFC 6750).',
  'Preference-Applied': 'The wait that was honoured (RFC 7240).',
  'Idempotency-Replayed': '`true`: this is the answer to an earlier request with this key.',
  'Set-Cookie': 'The session, or its end.',
} as const

type HeaderName = keyof typeof RESPONSE_HEADERS

const MADE: readonly HeaderName[] = ['Location']
const SUBMITTED: readonly HeaderName[] = ['Location', 'Link']
const WAITED: readonly HeaderName[] = [...SUBMITTED, 'Preference-Applied']
const PUT_VERSION: readonly HeaderName[] = ['Location', 'ETag']

/** Headers of single answers, by operation and status. */
const OF_OPERATIONS: Readonly<Record<string, Readonly<Record<string, readonly HeaderName[]>>>> = {
  submitJob: { 200: WAITED, 202: SUBMITTED },
  listJobs: { 200: ['Link'] },
  getJob: { 200: ['ETag'], 304: ['ETag'] },
  rerunJob: { 200: WAITED, 202: SUBMITTED },
  triggerSchedule: { 200: WAITED, 202: SUBMITTED },
  putSchedule: { 200: MADE, 201: MADE },
  putSecret: { 200: MADE, 201: MADE },
  putDefinition: { 200: PUT_VERSION, 201: PUT_VERSION },
  getDefinition: { 200: ['ETag'], 304: ['ETag'] },
  getDefinitionVersion: { 200: ['ETag'], 304: ['ETag'] },
  createKey: { 201: MADE },
  createWebhook: { 201: MADE },
  getWebhook: { 200: ['ETag'], 304: ['ETag'] },
  changeWebhook: { 200: ['ETag'] },
  getLimits: { 200: ['ETag'], 304: ['ETag'] },
  setLimits: { 200: ['ETag'] },
  beginSession: { 204: ['Set-Cookie'] },
  endSession: { 204: ['Set-Cookie'] },
}

/** Headers of every answer with a status. */
const OF_STATUSES: Readonly<Record<string, readonly HeaderName[]>> = {
  401: ['WWW-Authenticate'],
  403: ['WWW-Authenticate'],
  429: ['Retry-After', 'RateLimit', 'RateLimit-Policy'],
  503: ['Retry-After'],
}

/** What is said of an operation elsewhere: whether it asks for a key, and whether it may be repeated. */
export type Traits = { readonly isGuarded: boolean; readonly isRepeatable: boolean }

/** The headers that an answer may have, as the document has them. */
export function headersOf(
  operationId: string,
  status: string,
  { isGuarded, isRepeatable }: Traits,
): Record<string, object> {
  const isSuccess = status.startsWith('2')
  const limited: readonly HeaderName[] = isGuarded ? ['RateLimit', 'RateLimit-Policy'] : []
  const replayed: readonly HeaderName[] = isRepeatable && isSuccess ? ['Idempotency-Replayed'] : []
  const own = OF_OPERATIONS[operationId]?.[status] ?? []
  const names: readonly HeaderName[] = ['X-Request-Id', ...own, ...replayed, ...(OF_STATUSES[status] ?? []), ...limited]
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]))
}

import type { components } from './generated/schema.ts'

type Fields = components['schemas']['Problem']

/** A field of a request that does not fit: where (a JSON pointer, RFC 6901) and why. */
export type FieldError = components['schemas']['FieldError']

/**
 * The service said no: an answer of 400 or above, with the fields of its problem (RFC 9457). `slug` is the name to
 * compare: `not-found`, `job-finished`, `invalid-definition` …
 */
export class ConduitProblem extends Error {
  override readonly name = 'ConduitProblem'
  /** `/problems/SLUG`. */
  readonly type: string
  readonly slug: string
  readonly title: string
  /** Of the HTTP answer. */
  readonly status: number
  readonly detail: string
  /** The request's id, to be found in the service's log; null where something else than the service answered. */
  readonly instance: string | null
  /** The fields that do not fit; empty where it is not about fields. */
  readonly errors: readonly FieldError[]
  /** For how long to wait before the next try, in milliseconds; null where the answer does not say. */
  readonly retryAfterMs: number | null

  constructor(status: number, fields: Partial<Fields>, retryAfterMs: number | null = null) {
    const title = fields.title ?? `HTTP ${status}`
    const detail = fields.detail ?? ''
    super(detail === '' ? title : `${title}: ${detail}`)
    this.type = fields.type ?? 'about:blank'
    this.slug = this.type.slice(this.type.lastIndexOf('/') + 1)
    this.title = title
    this.status = status
    this.detail = detail
    this.instance = fields.instance ?? null
    this.errors = fields.errors ?? []
    this.retryAfterMs = retryAfterMs
  }
}

/** Reads the problem that an answer brings. A proxy's page is one too, with its status alone. */
export async function problemOf(response: Response): Promise<ConduitProblem> {
  const isJson = response.headers.get('content-type')?.includes('json') === true
  const fields = isJson ? ((await response.json().catch(() => ({}))) as Partial<Fields>) : {}
  return new ConduitProblem(response.status, fields, retryAfterMs(response.headers))
}

/** `Retry-After` in milliseconds (RFC 9110, section 10.2.3: seconds or a date); null without one. */
export function retryAfterMs(headers: Headers): number | null {
  const text = headers.get('retry-after')
  if (text === null) return null
  const milliseconds = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now()
  return Number.isNaN(milliseconds) ? null : Math.max(0, milliseconds)
}

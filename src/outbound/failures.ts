import { type OutboundCode, OutboundError, OutboundTimeout, RequestFailed } from './errors.ts'

/** The connection ended before the answer was whole: the code of failures that have another, or none, by themselves. */
export const BROKEN_OFF = 'BROKEN_OFF'

/** Codes of Node and of undici, by how they begin; the first that fits says what to tell. */
const FAILURES: readonly (readonly [pattern: RegExp, code: OutboundCode, sentence: string])[] = [
  [/^(ENOTFOUND|EAI_|ENODATA|ESERVFAIL)/, 'NAME_NOT_RESOLVED', 'the name of the host could not be resolved'],
  [/^ECONNREFUSED/, 'CONNECTION_REFUSED', 'the host refused the connection'],
  [/^(EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL)/, 'UNREACHABLE', 'the host could not be reached'],
  [
    /^(CERT_|CRL_|UNABLE_TO|SELF_SIGNED|DEPTH_ZERO|INVALID_CA|INVALID_PURPOSE|HOSTNAME_MISMATCH|ERR_TLS_CERT)/,
    'CERTIFICATE_INVALID',
    'the certificate of the host is not trusted, not valid now, or for another name',
  ],
  [/^(ERR_TLS|ERR_SSL|EPROTO)/, 'TLS_FAILED', 'no TLS connection came about; does the host speak TLS on this port?'],
  [/^(HPE_|UND_ERR_HEADERS_OVERFLOW|UND_ERR_RES_CONTENT)/, 'INVALID_RESPONSE', 'the answer is no valid HTTP/1.1'],
  [
    /^(ECONNRESET|EPIPE|UND_ERR_SOCKET|BROKEN_OFF)/,
    'CONNECTION_CLOSED',
    'the connection was closed before the answer ended',
  ],
  [/^(UND_ERR_DESTROYED|UND_ERR_CLOSED)/, 'CLOSED', 'the service is closing'],
]

const TIMEOUTS = /^(ETIMEDOUT|UND_ERR_(CONNECT|HEADERS|BODY)_TIMEOUT)/

/**
 * What broke an answer whose head had come: a body that ends before its length, or before its last chunk, broke off. (A
 * head with two lengths fails in the same words, but before it is whole.)
 */
export function toBodyError(error: unknown): OutboundError {
  if (!(error instanceof Error)) return toOutboundError(error)
  const isShort =
    codeOf(error) === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH' || (isOfParser(error) && error.message.includes('EOF'))
  return toOutboundError(
    isShort ? Object.assign(new Error(error.message, { cause: error }), { code: BROKEN_OFF }) : error,
  )
}

/** Whatever broke an exchange, as an error that can be told. The original is its `cause`. */
export function toOutboundError(error: unknown): OutboundError {
  if (error instanceof OutboundError) return error
  const systemCode = codeOf(error)
  if (TIMEOUTS.test(systemCode)) return new OutboundTimeout('the host did not answer in time', { cause: error })
  const known = FAILURES.find(([pattern]) => pattern.test(systemCode))
  const [, code, sentence] = known ?? [null, 'REQUEST_FAILED' as const, 'the request failed']
  return new RequestFailed(code, sentence, error)
}

/** A parser's error has no code of its own in this version of undici. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return ''
  if (isOfParser(error)) return 'HPE_INVALID'
  return 'code' in error && typeof error.code === 'string' ? error.code : ''
}

/** Told by its name: undici is not loaded before something is sent. */
function isOfParser({ name }: Error): boolean {
  return name === 'HTTPParserError'
}

/**
 * What can go wrong with a request to an address that somebody else chose. Tell them apart by `code`. Messages name
 * only what the caller wrote: no resolved address, no text of the system.
 */
export type OutboundCode =
  | 'INVALID_URL'
  | 'ADDRESS_REFUSED'
  | 'TIMEOUT'
  | 'RESPONSE_TOO_LARGE'
  | 'NAME_NOT_RESOLVED'
  | 'CONNECTION_REFUSED'
  | 'CONNECTION_CLOSED'
  | 'UNREACHABLE'
  | 'CERTIFICATE_INVALID'
  | 'TLS_FAILED'
  | 'INVALID_RESPONSE'
  | 'CLOSED'
  | 'REQUEST_FAILED'

/** What every error of a guarded request is. */
export abstract class OutboundError extends Error {
  abstract readonly code: OutboundCode
}

/** The text is no URL that may be requested. */
export class InvalidUrl extends OutboundError {
  override readonly name = 'InvalidUrl'
  readonly code = 'INVALID_URL'
}

/** The host is, or leads to, an address that is not public. */
export class AddressRefused extends OutboundError {
  override readonly name = 'AddressRefused'
  readonly code = 'ADDRESS_REFUSED'

  constructor(host: string) {
    super(`${host} is no public address, or leads to one that is not; WEBHOOK_ALLOW_PRIVATE=true allows these`)
  }
}

/** There was no connection, or no whole answer, in the time allowed. */
export class OutboundTimeout extends OutboundError {
  override readonly name = 'OutboundTimeout'
  readonly code = 'TIMEOUT'
}

/** The body of the answer is larger than the caller wants to read. */
export class ResponseTooLarge extends OutboundError {
  override readonly name = 'ResponseTooLarge'
  readonly code = 'RESPONSE_TOO_LARGE'

  constructor(maxBytes: number) {
    super(`the body of the answer is larger than ${maxBytes} bytes`)
  }
}

/** The exchange failed on its way; `code` says where. */
export class RequestFailed extends OutboundError {
  override readonly name = 'RequestFailed'
  readonly code: OutboundCode

  constructor(code: OutboundCode, message: string, cause: unknown) {
    super(message, { cause })
    this.code = code
  }
}

import type { OutboundCode, OutboundError } from '../../outbound/errors.ts'
import { InvalidArgument, TimeoutError, ValueTooLarge } from '../../engine/errors.ts'

/** The bytes of an answer are not what its headers, or the step, say they are. */
export class UnreadableBody extends Error {
  override readonly name = 'UnreadableBody'
}

/** The host answered with a status from 400 on, and the step wants that to be an error: `HttpStatus404` and so on. */
export class HttpStatusError extends Error {
  override readonly name: string
  readonly status: number
  /** When to come back, in milliseconds from now, where the host said so (`Retry-After`). */
  readonly retryAfterMs?: number

  constructor(status: number, retryAfterMs: number | null) {
    super(`the host answered with status ${status}`)
    this.name = `HttpStatus${status}`
    this.status = status
    if (retryAfterMs !== null) this.retryAfterMs = retryAfterMs
  }
}

/** There was no answer. Its name is the type that `retry` and `catch` of a step match. */
export class RequestError extends Error {
  override readonly name: string

  constructor(name: string, { message }: OutboundError) {
    super(message)
    this.name = name
  }
}

/** What went wrong on the way, as the error of a step: what its author wrote, the time, the size, or the world. */
export function asBlockError(error: OutboundError): Error {
  switch (error.code) {
    case 'INVALID_URL':
    case 'ADDRESS_REFUSED':
      return new InvalidArgument(error.message)
    case 'TIMEOUT':
      return new TimeoutError(error.message)
    case 'RESPONSE_TOO_LARGE':
      return new ValueTooLarge(error.message)
    default:
      return new RequestError(TYPES[error.code], error)
  }
}

type WorldCode = Exclude<OutboundCode, 'INVALID_URL' | 'ADDRESS_REFUSED' | 'TIMEOUT' | 'RESPONSE_TOO_LARGE'>

const TYPES: Readonly<Record<WorldCode, string>> = {
  NAME_NOT_RESOLVED: 'HostNotFound',
  CONNECTION_REFUSED: 'ConnectionRefused',
  CONNECTION_CLOSED: 'ConnectionReset',
  UNREACHABLE: 'HostUnreachable',
  CERTIFICATE_INVALID: 'CertificateInvalid',
  TLS_FAILED: 'TlsFailed',
  INVALID_RESPONSE: 'InvalidResponse',
  CLOSED: 'ServiceClosing',
  REQUEST_FAILED: 'RequestFailed',
}

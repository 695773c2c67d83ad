import { InvalidArgument } from '../../engine/errors.ts'

/** A body on its way out, with the type to name. */
export type SentBody = { readonly bytes: Buffer; readonly contentType: string }

/** Bytes from base64 (RFC 4648, section 4). Throws an `InvalidArgument` for anything else. */
export function fromBase64(value: unknown, pointer: string): Buffer {
  if (typeof value !== 'string') throw new InvalidArgument(`${pointer} must be text in base64`)
  const bytes = Buffer.from(value, 'base64')
  if (bytes.toString('base64') !== value) throw new InvalidArgument(`${pointer} is not base64, or not padded with =`)
  return bytes
}

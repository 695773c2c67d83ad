import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate, inflateRaw, zstdDecompress } from 'node:zlib'
import { ValueTooLarge } from '../../engine/errors.ts'
import { UnreadableBody } from './errors.ts'

type Decode = (bytes: Uint8Array, options: { maxOutputLength: number }) => Promise<Uint8Array>

const inflateZlib: Decode = promisify(inflate)
const inflateBare: Decode = promisify(inflateRaw)

/** Some servers send deflate without the two bytes of zlib's head (RFC 9110, section 8.4.1.2). */
const inflateEither: Decode = (bytes, options) => {
  const [first = 0, second = 0] = bytes
  const hasHead = (first & 0x0f) === 8 && (first * 256 + second) % 31 === 0
  return hasHead ? inflateZlib(bytes, options) : inflateBare(bytes, options)
}

const CODINGS: ReadonlyMap<string, Decode> = new Map<string, Decode>([
  ['gzip', promisify(gunzip)],
  ['x-gzip', promisify(gunzip)],
  ['br', promisify(brotliDecompress)],
  ['deflate', inflateEither],
  ['zstd', promisify(zstdDecompress)],
])

/** Nobody means more; each costs a pass over the body. */
const MAX_CODINGS = 3

/**
 * The bytes of a body without its codings, the last applied first. What it unfolds to is bounded at each of them:
 * a body of a thousand bytes can be one of a million.
 *
 * @param codings the header `Content-Encoding`
 * @param maxBytes of the decoded body
 *
 * Throws `ValueTooLarge` beyond it, and `UnreadableBody` for a coding that is not known, or a body that is not in it.
 */
export async function decodeBody(bytes: Uint8Array, codings: string, maxBytes: number): Promise<Uint8Array> {
  const names = codings
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity')
  if (bytes.length === 0 || names.length === 0) return bytes
  const shown = codings.slice(0, 100)
  if (names.length > MAX_CODINGS) throw new UnreadableBody(`it is encoded more than ${MAX_CODINGS} times: ${shown}`)
  let plain = bytes
  for (const name of names.toReversed()) {
    const decode = CODINGS.get(name)
    if (decode === undefined) throw new UnreadableBody(`it is encoded as ${shown}, which is not read`)
    plain = await decodeOnce(decode, plain, name, maxBytes)
  }
  return plain
}

async function decodeOnce(decode: Decode, bytes: Uint8Array, name: string, maxBytes: number): Promise<Uint8Array> {
  try {
    return await decode(bytes, { maxOutputLength: maxBytes })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') {
      throw new ValueTooLarge(`the decoded body of the answer is larger than ${maxBytes} bytes`)
    }
    throw new UnreadableBody(`it is said to be encoded as ${name} and is not, or not whole`)
  }
}

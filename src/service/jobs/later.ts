import type { Database } from '../../store/client.ts'
import { type LaterValue, partsOf, readLater } from '../../store/journal/later.ts'
import type { Caller } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'

/** An answer that is read while it is sent. */
export type LaterAnswer = {
  /** How long it is. */
  readonly bytes: number
  /** Its text in order. Throws where a value was deleted meanwhile. */
  readonly pieces: AsyncIterable<string>
}

/** So much is read at once; always one value. */
const READ_BYTES = 256 * 1024

/** Makes what puts large values of a caller's jobs into an answer while it is sent; null: none was left out. */
export function createLaterAnswers({ database }: Pick<ServiceDeps, 'database'>) {
  return (caller: Caller, text: string): LaterAnswer | null => {
    const parts = partsOf(text)
    return parts === null ? null : { bytes: bytesOf(parts), pieces: piecesOf(database, caller.tenant, parts) }
  }
}

/** How long JSON text is once it is sent. */
export function bytesWhenSent(text: string): number {
  return bytesOf(partsOf(text) ?? [text])
}

function bytesOf(parts: readonly (string | LaterValue)[]): number {
  return parts.reduce((sum, part) => sum + (typeof part === 'string' ? Buffer.byteLength(part) : part.bytes), 0)
}

async function* piecesOf(
  database: Database,
  tenant: string,
  parts: readonly (string | LaterValue)[],
): AsyncGenerator<string> {
  let read = new Map<number, string>()
  let of = ''
  for (const [i, part] of parts.entries()) {
    if (typeof part === 'string') {
      yield part
      continue
    }
    if (of !== part.nonce || !read.has(part.number)) {
      read = await readLater(database, tenant, part, readWith(part, parts, i))
      of = part.nonce
    }
    const value = read.get(part.number)
    if (value === undefined) throw new Error('the job was deleted while it was read')
    read.delete(part.number)
    yield value
  }
}

/** A value and those of the same job behind it that are read with it. */
function readWith(first: LaterValue, parts: readonly (string | LaterValue)[], from: number): number[] {
  const numbers: number[] = []
  let bytes = 0
  for (let i = from; i < parts.length; i++) {
    const part = parts[i]
    if (part === undefined || typeof part === 'string') continue
    bytes += part.bytes
    if (part.nonce !== first.nonce || (bytes > READ_BYTES && numbers.length > 0)) break
    numbers.push(part.number)
  }
  return numbers
}

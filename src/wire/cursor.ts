import { ProblemError } from './problem.ts'

/** A page's cursor: base64url of JSON, opaque to clients. */
export function writeCursor(value: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

/** Reads what `writeCursor` wrote, if it has that shape. Throws a `ProblemError` `malformed-request` otherwise. */
export function readCursor<T extends readonly (string | number)[]>(
  cursor: string,
  isValid: (value: unknown) => value is T,
): T {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    if (isValid(value)) return value
  } catch {
    // What is no JSON is no cursor of ours either.
  }
  throw new ProblemError('malformed-request', 'the cursor is not one that this service gave')
}

/** Whether a cursor's part is a moment that the database knows, in milliseconds since 1970. */
export function isMoment(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) < 8.64e15
}

/** Tells cursors of a list in order of moments, and of ids where those are equal. */
export function momentCursor(id: RegExp): (value: unknown) => value is [number, string] {
  return (value): value is [number, string] => {
    if (!Array.isArray(value) || value.length !== 2) return false
    const [at, last]: readonly unknown[] = value
    return isMoment(at) && typeof last === 'string' && id.test(last)
  }
}

/** Tells cursors of a list in order of ids. */
export function idCursor(id: RegExp): (value: unknown) => value is [string] {
  return (value): value is [string] =>
    Array.isArray(value) && value.length === 1 && typeof value[0] === 'string' && id.test(value[0])
}

/** A cursor of a list in order of names. */
export function isNameCursor(value: unknown): value is [string] {
  return Array.isArray(value) && value.length === 1 && typeof value[0] === 'string' && value[0].length <= 63
}

/** A page of a list as it stands on the wire. */
export type Page<Item> = { readonly data: readonly Item[]; readonly next_cursor: string | null }

/**
 * A page out of rows that were read with one more than is shown: that one only says that there is a next page.
 *
 * @param cursorOf what the next page begins behind
 */
export function pageOfRows<Row, Item>(
  rows: readonly Row[],
  limit: number,
  toWire: (row: Row) => Item,
  cursorOf: (row: Row) => readonly (string | number)[],
): Page<Item> {
  const shown = rows.slice(0, limit)
  const last = rows.length > limit ? shown.at(-1) : undefined
  return { data: shown.map(toWire), next_cursor: last === undefined ? null : writeCursor(cursorOf(last)) }
}

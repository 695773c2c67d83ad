import { ExpressionError } from '../error.ts'
import { Duration, Timestamp } from '../value.ts'

/** The years that RFC 3339 can write, as CEL has them: 1 to 9999. */
const EARLIEST = -62_135_596_800_000
const LATEST = 253_402_300_799_999

/** A moment. Throws an `ExpressionError` beyond the years 1 to 9999. */
export function timestampAt(milliseconds: number): Timestamp {
  if (milliseconds >= EARLIEST && milliseconds <= LATEST) return new Timestamp(milliseconds)
  throw new ExpressionError('a timestamp would lie outside of the years 1 to 9999')
}

/** A duration. Throws an `ExpressionError` for one that milliseconds can't hold exactly. */
export function toDuration(milliseconds: number): Duration {
  if (Number.isSafeInteger(milliseconds)) return new Duration(milliseconds)
  throw new ExpressionError('a duration would be longer than 285,000 years')
}

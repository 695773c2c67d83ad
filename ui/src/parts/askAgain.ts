import { ConduitProblem } from '@conduit-jobs/client'
import type { Query } from '@tanstack/react-query'

/** What failed is asked for again after so long. */
export const ASKED_AGAIN_MS = 4_000

/** Refusals that pass by themselves: it took too long, or too much was asked. */
const PASSING: ReadonlySet<number> = new Set([408, 429])

/** What the service refused stays refused. */
export function isRefused(error: unknown): boolean {
  return error instanceof ConduitProblem && error.status < 500 && !PASSING.has(error.status)
}

/** After how many milliseconds a query that failed is asked again; false: it did not fail, or was refused. */
export function askAgain<Data, Key extends readonly unknown[]>({
  state: { status, error },
}: Query<Data, Error, Data, Key>): number | false {
  return status === 'error' && !isRefused(error) ? ASKED_AGAIN_MS : false
}

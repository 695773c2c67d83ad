/** Skipped, passed over, caught, and stopped by its container. */
const NO_FAILURES: ReadonlySet<number> = new Set([100, 110, 113, 114])

/** Whether a status' number says that a step failed: from 100 on it is final, and most of those are failures. */
export function isFailure(value: number): boolean {
  return value >= 100 && !NO_FAILURES.has(value)
}

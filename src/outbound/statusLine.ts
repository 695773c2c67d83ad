const STATUS_LINE = /^HTTP\/1\.[01] ([2-5]\d\d)[ \r\n]/

const statuses = new WeakMap<Error, number>()

/** The final status that an answer begins with; null: it begins with none. */
export function readStatusLine(begin: string): number | null {
  const status = STATUS_LINE.exec(begin)?.[1]
  return status === undefined ? null : Number(status)
}

/** An error broke an answer that had begun with this status. */
export function noteStatus(error: Error, status: number | null): void {
  if (status !== null) statuses.set(error, status)
}

/** The status that an answer began with before an error broke it; null: it did not come so far. */
export function statusBefore(error: unknown): number | null {
  return error instanceof Error ? (statuses.get(error) ?? null) : null
}

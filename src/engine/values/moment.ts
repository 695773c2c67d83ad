const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/i

/** Milliseconds since 1970 of a moment as RFC 3339 writes it; null: it is none. */
export function momentOf(value: unknown): number | null {
  if (typeof value !== 'string' || value.length > 64 || !RFC_3339.test(value)) return null
  const milliseconds = Date.parse(value)
  return Number.isNaN(milliseconds) ? null : milliseconds
}

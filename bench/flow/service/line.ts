/** One line of the table. */
export type Line = {
  readonly what: string
  readonly found: string
  /** In words; empty: none was set. */
  readonly goal: string
  /** Whether it is reached; null: there is none, or nothing was found. */
  readonly reached: boolean | null
}

/** A figure that is bounded from above. */
export function atMost(what: string, value: number, most: number, unit: string, digits = 0): Line {
  const found = `${value.toFixed(digits)}${unit}`
  return { what, found, goal: `≤ ${most}${unit}`, reached: value <= most }
}

/** A figure that is told for itself. */
export function told(what: string, found: string): Line {
  return { what, found, goal: '', reached: null }
}

/** What costs `beside` beside many others, over what it costs `alone`. */
export function ratio(what: string, alone: number, beside: number, most: number, unit: string): Line {
  const value = beside / alone
  const found = `${value.toFixed(2)} (${beside.toFixed(1)} over ${alone.toFixed(1)}${unit})`
  return { what, found, goal: `≤ ${most}`, reached: value <= most }
}

export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN
}

export const median = (values: readonly number[]): number => quantile(values, 0.5)

const REACHED = new Map([
  [true, 'yes'],
  [false, '**no**'],
])

export function row({ what, found, goal, reached }: Line): string {
  return `| ${what} | ${found} | ${goal} | ${reached === null ? '' : REACHED.get(reached)} |\n`
}

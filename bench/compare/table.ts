/** What one measurement gave; a job each, where it is not said otherwise. Null: it can't be told here. */
export type Cost = {
  readonly jobsPerSecond: number
  readonly serverMicroseconds: number | null
  readonly postgresMicroseconds: number | null
  readonly walBytes: number
  readonly diskBytes: number
  /** Of the server's process, at its worst. */
  readonly peakMegabytes: number | null
}

type Column = { readonly name: string; readonly of: (cost: Cost) => number | null; readonly digits: number }

export const COSTS: readonly Column[] = [
  { name: 'jobs/s', of: (cost) => cost.jobsPerSecond, digits: 0 },
  { name: 'server CPU, µs a job', of: (cost) => cost.serverMicroseconds, digits: 1 },
  { name: 'Postgres CPU, µs a job', of: (cost) => cost.postgresMicroseconds, digits: 1 },
  { name: 'WAL, bytes a job', of: (cost) => cost.walBytes, digits: 0 },
  { name: 'disk, bytes a job', of: (cost) => cost.diskBytes, digits: 0 },
  { name: 'peak memory, MB', of: (cost) => cost.peakMegabytes, digits: 0 },
]

/** Medians of both, and the new one as a multiple of the old: of the medians, and the least and most of any round. */
export function table(old: readonly Cost[], next: readonly Cost[]): string {
  const rows = COSTS.map(({ name, of, digits }) => {
    const [before, after] = [old.map(of), next.map(of)]
    const ratios = before.map((value, round) => divide(after[round] ?? null, value)).filter((ratio) => ratio !== null)
    const cells = [median(before), median(after)].map((value) => value?.toFixed(digits) ?? '?')
    const ratio = divide(median(after), median(before))
    const range = ratios.length === 0 ? '?' : `${Math.min(...ratios).toFixed(3)} to ${Math.max(...ratios).toFixed(3)}`
    return `| ${[name, ...cells, ratio?.toFixed(3) ?? '?', range].join(' | ')} |`
  })
  return ['| what | old | new | new / old | by round |', '| --- | ---: | ---: | ---: | --- |', ...rows].join('\n')
}

function divide(value: number | null, by: number | null): number | null {
  return value === null || by === null || by === 0 ? null : value / by
}

function median(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null).toSorted((a, b) => a - b)
  const middle = Math.floor(known.length / 2)
  if (known.length % 2 === 1) return known[middle] ?? null
  return known.length === 0 ? null : ((known[middle - 1] ?? 0) + (known[middle] ?? 0)) / 2
}

import { readFile } from 'node:fs/promises'
import { ask } from './workload.ts'

/** What may never be other than zero, and how much was looked at. */
export type Findings = {
  readonly jobs: number
  /** Accepted, and not over, or over without all of its steps. */
  readonly lost: number
  /** Steps with effects that were begun after the attempt that is recorded. */
  readonly runAgain: number
  /** Jobs whose events are not 1, 2, 3 … without a gap and without a step told twice. */
  readonly gaps: number
  /** Steps whose attempts had different idempotency keys, or keys that another step had too. */
  readonly wrongKeys: number
  /** Attempts beyond the first of a step: allowed where its replica died meanwhile, and nowhere else. */
  readonly repeated: number
}

type Row = {
  id: string
  over: boolean
  wanted: number
  recorded: number
  seqs: number[]
  positions: number[]
  values: string[]
}

const JOBS = `
select j.id, j.finished_at is not null as over, json_array_length(j.definition -> 'steps') as wanted, greatest(j.last_seq, j.recorded) as recorded,
       array_agg(s.seq order by s.seq) as seqs, array_agg(s.position order by s.seq) as positions,
       array_agg(s.return_value::text order by s.seq) as values
from job j left join job_step s on s.job_id = j.id and s.tenant = j.tenant
group by j.id, j.tenant`

/** Looks at everything that was accepted: what the database says of it, and what its steps did outside. */
export async function findings(databaseUrl: string, log: string, accepted: readonly string[]): Promise<Findings> {
  const rows = await ask<Row>(databaseUrl, JOBS)
  const byId = new Map(rows.map((row) => [row.id, row]))
  const marks = marksOf(await readFile(log, 'utf8').catch(() => ''))
  const lost = accepted.filter((id) => {
    const job = byId.get(id)
    return job === undefined || !job.over || job.positions.length !== job.wanted
  })
  const keys = [...marks.values()].map((attempts) => new Set(attempts.map(({ key }) => key)))
  return {
    jobs: accepted.length,
    lost: lost.length,
    runAgain: rows.reduce((sum, row) => sum + runAgain(row, marks), 0),
    gaps: rows.filter(hasGap).length,
    wrongKeys: keys.filter(({ size }) => size !== 1).length + keys.length - new Set(keys.flatMap((k) => [...k])).size,
    repeated: [...marks.values()].reduce((sum, { length }) => sum + length - 1, 0),
  }
}

type Mark = { readonly token: string; readonly key: string }

/** The attempts of each step, in the order in which they began. */
function marksOf(log: string): Map<string, Mark[]> {
  const marks = new Map<string, Mark[]>()
  for (const line of log.split('\n').filter(Boolean)) {
    const [id, position, token = '', key = ''] = line.split(' ')
    const step = `${id} ${position}`
    marks.set(step, [...(marks.get(step) ?? []), { token, key }])
  }
  return marks
}

/** A step gives its mark back: what is recorded must be the last attempt, or another was begun after it. */
function runAgain({ id, positions, values }: Row, marks: ReadonlyMap<string, readonly Mark[]>): number {
  return positions.filter((position, i) => {
    const attempts = marks.get(`${id} ${position}`) ?? []
    const recorded = attempts.findIndex(({ token }) => `"${token}"` === values[i])
    return recorded >= 0 && recorded < attempts.length - 1
  }).length
}

function hasGap({ recorded, seqs, positions }: Row): boolean {
  const given = seqs.filter((seq) => seq !== null)
  return given.length !== recorded || given.some((seq, i) => seq !== i + 1 || positions[i] !== seq)
}

/** The line that a test prints: what was looked at, and what must be nothing. */
export function describeFindings(what: string, { jobs, lost, runAgain: again, gaps, wrongKeys }: Findings): string {
  return `${jobs} jobs, ${what}, ${lost} lost, ${again} recorded steps run again, ${gaps} gaps in events, ${wrongKeys} wrong keys`
}

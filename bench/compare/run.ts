import { execFileSync } from 'node:child_process'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { startContender } from '../service/contender.ts'
import { conduit } from '../service/contenders.ts'
import { type BenchServer, openServer } from '../service/postgres.ts'
import { type Load, measureThroughput } from '../service/throughput.ts'
import { JOBS } from './jobs.ts'
import { type Cost, COSTS, table } from './table.ts'

const usage = `npm run bench:compare -- OLD NEW [--rounds N] [--jobs N] [--job NAME]

  OLD, NEW     two checkouts with their node_modules
  --rounds N   measurements of each, in turns: old new, new old, … (5)
  --jobs N     jobs in one measurement; half as many before warm up (20000)
  --job NAME   three pure steps (three), fifty (fifty), one step with effects (effect), three pure steps a hundred in
               a request (batch), three pure steps of which every fifth job has an Idempotency-Key (keyed)
`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '5' },
    jobs: { type: 'string', default: '20000' },
    job: { type: 'string', default: 'three' },
  },
})
const [old, next] = positionals
const rounds = Number(values.rounds)
const jobs = Number(values.jobs)
const load = JOBS[values.job]
if (old === undefined || next === undefined || !(rounds > 0) || !(jobs > 0) || load === undefined) {
  process.stderr.write(usage)
  process.exit(2)
}

/** One measurement of one checkout, on a database of its own that is empty at first. */
async function measure(checkout: string, server: BenchServer, load: Load): Promise<Cost> {
  const url = await server.database('conduit_compare')
  try {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    await using _closing = { [Symbol.asyncDispose]: () => client.end() }
    const spec = { ...conduit, script: join(resolve(checkout), 'bin/start.js') }
    await using service = await startContender(spec, { DATABASE_URL: url })
    const [before, overBefore] = [await usedBy(client), await service.over()]
    const { jobsPerSecond, serverMicroseconds, postgresMicroseconds, peakMegabytes } = await measureThroughput(
      [service],
      jobs,
      server,
      load,
    )
    const [after, count] = [await usedBy(client), (await service.over()) - overBefore]
    return {
      jobsPerSecond,
      serverMicroseconds,
      postgresMicroseconds,
      peakMegabytes,
      walBytes: (after.wal - before.wal) / count,
      diskBytes: (after.disk - before.disk) / count,
    }
  } finally {
    await server.drop('conduit_compare')
  }
}

/** What the server has written ahead so far, and how large the database is, in bytes. */
async function usedBy(client: pg.Client): Promise<{ wal: number; disk: number }> {
  const { rows } = await client.query<{ wal: string; disk: string }>(
    `select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') as wal, pg_database_size(current_database()) as disk`,
  )
  return { wal: Number(rows[0]?.wal), disk: Number(rows[0]?.disk) }
}

/** The commit of a checkout, marked where it was changed since. */
function commitOf(checkout: string): string {
  return execFileSync('git', ['-C', checkout, 'describe', '--always', '--dirty'], { encoding: 'utf8' }).trim()
}

await using server = await openServer()
const measured: { old: Cost[]; next: Cost[] } = { old: [], next: [] }
for (let round = 0; round < rounds; round++) {
  // Whoever comes second finds the machine warmer: they take turns at that as well.
  const order = round % 2 === 0 ? (['old', 'next'] as const) : (['next', 'old'] as const)
  for (const side of order) {
    const cost = await measure(side === 'old' ? old : next, server, load)
    measured[side].push(cost)
    const line = COSTS.map(({ name, of, digits }) => `${name} ${of(cost)?.toFixed(digits) ?? '?'}`).join(', ')
    process.stderr.write(`round ${round + 1}, ${side}: ${line}\n`)
  }
}
process.stdout.write(
  `${commitOf(old)} → ${commitOf(next)}, ${rounds} × ${jobs} jobs (${values.job}), ${server.description}\n\n`,
)
process.stdout.write(`${table(measured.old, measured.next)}\n`)

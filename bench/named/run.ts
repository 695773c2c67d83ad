import { parseArgs } from 'node:util'
import pg from 'pg'
import { fiftySteps, threeSteps } from '../definitions.ts'
import { type Contender, startContender } from '../service/contender.ts'
import { conduit } from '../service/contenders.ts'
import { type BenchServer, openServer } from '../service/postgres.ts'
import { measureThroughput, SINGLE } from '../service/throughput.ts'

// What does a job by the name of its definition cost, beside the same job with its steps?

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, jobs: { type: 'string', default: '5000' } },
})
const rounds = Number(values.rounds)
const jobs = Number(values.jobs)

const { local_values: localValues, ...fifty } = fiftySteps

/** Each definition, and what a job of it is posted with both ways. */
const KINDS = [
  { name: 'three-steps', definition: threeSteps, own: {} },
  { name: 'fifty-steps', definition: fifty, own: { local_values: localValues } },
]

/** A job each. */
type Cost = {
  readonly server: number
  readonly postgres: number
  readonly both: number
  readonly wal: number
  readonly disk: number
}
const COSTS: readonly (readonly [keyof Cost, string])[] = [
  ['server', 'server CPU, µs a job'],
  ['postgres', 'Postgres CPU, µs a job'],
  ['both', 'CPU of both, µs a job'],
  ['wal', 'WAL, bytes a job'],
  ['disk', 'disk, bytes a job'],
]

/** What the server has written ahead so far, and how large the tables of jobs are, in bytes. */
async function usedBy(client: pg.Client): Promise<{ wal: number; disk: number }> {
  const { rows } = await client.query<{ wal: string; disk: string }>(
    `select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') as wal,
            pg_total_relation_size('job') + pg_total_relation_size('job_label') + pg_total_relation_size('journal') as disk`,
  )
  return { wal: Number(rows[0]?.wal), disk: Number(rows[0]?.disk) }
}

async function measure(service: Contender, client: pg.Client, server: BenchServer, job: object): Promise<Cost> {
  const [before, overBefore] = [await usedBy(client), await service.over()]
  const { serverMicroseconds, postgresMicroseconds } = await measureThroughput([service], jobs, server, {
    ...SINGLE,
    body: job,
  })
  const [after, count] = [await usedBy(client), (await service.over()) - overBefore]
  const [ownCpu, postgresCpu] = [serverMicroseconds ?? Number.NaN, postgresMicroseconds ?? Number.NaN]
  return {
    server: ownCpu,
    postgres: postgresCpu,
    both: ownCpu + postgresCpu,
    wal: (after.wal - before.wal) / count,
    disk: (after.disk - before.disk) / count,
  }
}

function median(all: readonly number[]): number {
  const sorted = all.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

await using server = await openServer()
const url = await server.database('conduit_named')
const client = new pg.Client({ connectionString: url })
await client.connect()
try {
  await using service = await startContender(conduit, { DATABASE_URL: url })
  for (const { name, definition, own } of KINDS) {
    const put = await fetch(`${service.url}/v1/definitions/${name}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(definition),
    })
    if (!put.ok) throw new Error(await put.text())
    const measured: { inline: Cost[]; named: Cost[] } = { inline: [], named: [] }
    for (let round = 0; round < rounds; round++) {
      // Whoever comes second finds the machine warmer: they take turns at that as well.
      const order = round % 2 === 0 ? (['inline', 'named'] as const) : (['named', 'inline'] as const)
      for (const way of order) {
        // Jobs by name have that name.
        const job = way === 'named' ? { definition: name, ...own } : { ...definition, name, ...own }
        measured[way].push(await measure(service, client, server, job))
      }
    }
    process.stdout.write(`${name}: ${JSON.stringify(definition).length} characters, ${rounds} × ${jobs} jobs\n\n`)
    process.stdout.write('| what | inline | by name | by name / inline |\n| --- | ---: | ---: | ---: |\n')
    for (const [cost, what] of COSTS) {
      const [inline, named] = [measured.inline, measured.named].map((all) => median(all.map((one) => one[cost])))
      const cells = [inline, named].map((value) => value?.toFixed(cost === 'wal' || cost === 'disk' ? 0 : 1))
      process.stdout.write(`| ${[what, ...cells, ((named ?? 0) / (inline ?? 1)).toFixed(2)].join(' | ')} |\n`)
    }
    process.stdout.write('\n')
  }
} finally {
  await client.end()
  await server.drop('conduit_named')
}

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openDatabase } from '../../src/store/client.ts'
import { removeOldJobs } from '../../src/store/jobs/expire.ts'
import { claimJobs } from '../../src/store/jobs/claim.ts'
import { migrate } from '../../src/store/migrate.ts'
import { registerReplica } from '../../src/store/replica.ts'
import { startContender } from '../service/contender.ts'
import { conduit } from '../service/contenders.ts'
import { type BenchServer, openServer } from '../service/postgres.ts'
import { measureThroughput, type Throughput } from '../service/throughput.ts'
import { emptyQueue, fillFinished, fillQueued, fillWaiting, makeOld, vacuum } from './fill.ts'

// Does anything get slower as data grows? `npm run bench:growth` answers, and writes bench/GROWTH.md.

const { values: options } = parseArgs({
  options: {
    jobs: { type: 'string', default: '1000000' },
    waiting: { type: 'string', default: '1000000' },
    runs: { type: 'string', default: '3' },
  },
})
const FINISHED = Number(options.jobs)
const WAITING = Number(options.waiting)
const RUNS = Number(options.runs)
const QUEUED = 100_000
const TENANTS = 1000
const CLAIMS = 50
const SLOTS = 64
const OLD = 50_000
const BATCH = 500
const REQUESTS = 50
const EMPTY = 'conduit_bench_growth_empty'
const FULL = 'conduit_bench_growth_full'

const say = (line: string): void => void process.stdout.write(`${line}\n`)

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

/** A line of the result: what was measured, and in what it was found. */
type Line = readonly [what: string, found: string, goal: string]

async function throughputOn(url: string, server: BenchServer): Promise<Throughput> {
  await using service = await startContender(conduit, { DATABASE_URL: url })
  return await measureThroughput([service], conduit.jobs, server)
}

/** The same load on a database that is new and on the full one, in turns. */
async function compare(full: string, server: BenchServer): Promise<Line[]> {
  const runs: { empty: Throughput; full: Throughput }[] = []
  for (let run = 1; run <= RUNS; run++) {
    const empty = await server.database(EMPTY)
    runs.push({ empty: await throughputOn(empty, server), full: await throughputOn(full, server) })
    say(`run ${run}: ${JSON.stringify(runs.at(-1))}`)
  }
  const of = (pick: (one: (typeof runs)[number]) => number): number => median(runs.map(pick))
  const rates = [of(({ empty }) => empty.jobsPerSecond), of(({ full }) => full.jobsPerSecond)]
  const cpu = [of(({ empty }) => empty.postgresMicroseconds ?? 0), of(({ full }) => full.postgresMicroseconds ?? 0)]
  const ratio = of(({ empty, full }) => full.jobsPerSecond / empty.jobsPerSecond)
  return [
    [
      `jobs/s with ${FINISHED} finished and ${WAITING} waiting jobs over those with none`,
      `${ratio.toFixed(2)} (${rates[1]?.toFixed(0)} over ${rates[0]?.toFixed(0)})`,
      '0.95',
    ],
    ['Postgres CPU, µs a job, full and empty', `${cpu[1]?.toFixed(0)} and ${cpu[0]?.toFixed(0)}`, ''],
  ]
}

/** The median time of some requests, one after the other. */
async function timed(url: string, path: (i: number) => string): Promise<number> {
  const times: number[] = []
  for (let i = 0; i < REQUESTS; i++) {
    const begun = performance.now()
    const answer = await fetch(`${url}${path(i)}`)
    await answer.arrayBuffer()
    if (!answer.ok) throw new Error(`${path(i)} was answered with ${answer.status}`)
    times.push(performance.now() - begun)
  }
  return median(times)
}

async function reads(full: string): Promise<Line[]> {
  await using service = await startContender(conduit, { DATABASE_URL: full, CONCURRENCY: '0' })
  const page = (await (await fetch(`${service.url}/v1/jobs?limit=200`)).json()) as { data: { id: string }[] }
  const idOf = (i: number): string => page.data[i % page.data.length]?.id ?? ''
  const before = new Date(Date.now() - FINISHED * 30).toISOString()
  const asked: [string, (i: number) => string][] = [
    ['a page of the list', () => '/v1/jobs'],
    ['from the middle', () => `/v1/jobs?created_before=${before}`],
    ['by a state that few have', () => '/v1/jobs?state=failed'],
    ['by a state that half have', () => '/v1/jobs?state=waiting'],
    ['by a name', (i) => `/v1/jobs?name=name%20${(i * 10) % 1000}`],
    ['by a tag', () => '/v1/jobs?tag=nightly'],
    ['by a tag and a state', () => '/v1/jobs?tag=nightly&state=failed'],
    ['by several states, the oldest first', () => '/v1/jobs?state=failed,cancelled&order=created_at'],
    ['by the action that failed', () => '/v1/jobs?action_failed=TEXT.JOIN,HTTP.REQUEST'],
    ['by the type of the error', () => '/v1/jobs?error_type=InvalidType'],
    ['by a key', () => '/v1/jobs?created_by=nobody'],
    ['by a definition', () => '/v1/jobs?definition=none'],
    ['by a schedule', () => '/v1/jobs?schedule=none'],
    ['by a parent', () => '/v1/jobs?parent=none'],
    ['by a label', () => '/v1/jobs?metadata.of=none'],
    ['behind a moment, the oldest first', () => `/v1/jobs?created_after=${before}&order=created_at`],
    ['by the moments of their ends', () => `/v1/jobs?finished_before=${before}`],
    ['by ends behind a moment, the oldest first', () => `/v1/jobs?finished_after=${before}&order=created_at`],
    ['by the beginning of an id', (i) => `/v1/jobs?id_prefix=${idOf(i).slice(0, 12)}`],
    ['with steps', () => '/v1/jobs?include=steps'],
    ['what was counted for the overview', () => '/v1/stats'],
    ['a job', (i) => `/v1/jobs/${idOf(i)}`],
    ["a job's events", (i) => `/v1/jobs/${idOf(i)}/events`],
  ]
  const lines: Line[] = []
  for (const [what, path] of asked) lines.push([what, `${(await timed(service.url, path)).toFixed(1)} ms`, ''])
  return lines
}

/** Claims out of a long queue of many tenants. */
async function claims(full: string): Promise<Line> {
  await fillQueued(full, QUEUED, TENANTS)
  const database = openDatabase({ connectionString: full })
  try {
    const { holder } = await registerReplica(database, 600)
    const times: number[] = []
    let after = ''
    for (let i = 0; i < CLAIMS; i++) {
      const begun = performance.now()
      const { jobs, lastTenant } = await claimJobs(database, {
        holder,
        count: SLOTS,
        afterTenant: after,
        declined: [],
        takeoversBelow: 99,
        share: SLOTS,
        taken: new Map(),
      })
      times.push(performance.now() - begun)
      if (jobs.length !== SLOTS) throw new Error(`a claim gave ${jobs.length} jobs`)
      after = lastTenant
    }
    return [`a claim of ${SLOTS} out of ${QUEUED} jobs of ${TENANTS} tenants`, `${median(times).toFixed(1)} ms`, '']
  } finally {
    await database.close()
    await emptyQueue(full)
  }
}

/** The load while old jobs are deleted, batch after batch, beside the load alone. */
async function retention(full: string, server: BenchServer): Promise<Line[]> {
  const alone = await throughputOn(full, server)
  await makeOld(full, OLD)
  const database = openDatabase({ connectionString: full })
  const batches: number[] = []
  const sweep = async (): Promise<void> => {
    for (;;) {
      const begun = performance.now()
      const removed = await removeOldJobs(database, 90, BATCH)
      batches.push(performance.now() - begun)
      if (removed < BATCH) return
    }
  }
  try {
    const [beside] = await Promise.all([throughputOn(full, server), sweep()])
    // New jobs take the room of the old ones.
    await vacuum(full)
    await throughputOn(full, server)
    const looks: number[] = []
    for (let i = 0; i < REQUESTS; i++) {
      const begun = performance.now()
      await removeOldJobs(database, 90, BATCH)
      looks.push(performance.now() - begun)
    }
    return [
      [
        `a batch of ${BATCH} old jobs, of ${OLD}`,
        `${median(batches).toFixed(0)} ms, at most ${Math.max(...batches).toFixed(0)}`,
        '',
      ],
      ['jobs/s while they are deleted over those without', (beside.jobsPerSecond / alone.jobsPerSecond).toFixed(2), ''],
      ['a look for old jobs where there are none any more', `${median(looks).toFixed(1)} ms`, ''],
    ]
  } finally {
    await database.close()
  }
}

await using server = await openServer()
const full = await server.database(FULL)
try {
  await migrate(full)
  say(`making ${FINISHED} finished jobs …`)
  await fillFinished(full, FINISHED)
  say(`making ${WAITING} waiting jobs …`)
  await fillWaiting(full, WAITING)
  const lines = [
    ...(await compare(full, server)),
    ...(await reads(full)),
    await claims(full),
    ...(await retention(full, server)),
  ]
  const text = [
    '# Growth',
    '',
    `Made by \`npm run bench:growth\` on ${new Date().toISOString().slice(0, 10)} with ${FINISHED} finished jobs of three steps each and ${WAITING} that sleep;`,
    `${server.description}, Node ${process.versions.node}; medians.`,
    '',
    '| measured | found | goal |',
    '| --- | --- | --- |',
    ...lines.map((line) => `| ${line.join(' | ')} |`),
    '',
  ].join('\n')
  say(`\n${text}`)
  await writeFile(join(import.meta.dirname, '../GROWTH.md'), text)
} finally {
  await server.drop(EMPTY)
  await server.drop(FULL)
}

import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { oneEffect, threeSteps } from '../definitions.ts'
import type { Contender } from './contender.ts'
import type { BenchServer } from './postgres.ts'
import { cpuSeconds, peakMegabytes } from './processes.ts'

/** What one measurement gave. CPU is per job; null where it can't be told. */
export type Throughput = {
  readonly jobsPerSecond: number
  readonly serverMicroseconds: number | null
  readonly postgresMicroseconds: number | null
  readonly peakMegabytes: number | null
}

/** How jobs are posted: `size` in one request, over so many connections. */
export type Load = {
  readonly path: string
  readonly body: unknown
  readonly size: number
  readonly connections: number
  /** Of so many requests, from 0 to 1, each has an `Idempotency-Key` of its own. Default: of none. */
  readonly keyed?: number
}

export const SINGLE: Load = { path: '/v1/jobs', body: threeSteps, size: 1, connections: 64 }

/** What else is posted to Conduit, one by one, by what is told of it. */
export const OTHERS: ReadonlyMap<string, Load> = new Map([
  ['one step with effects', { ...SINGLE, body: oneEffect }],
  ['three pure steps, an `Idempotency-Key` each', { ...SINGLE, keyed: 1 }],
  ['three pure steps, 512 connections', { ...SINGLE, connections: 512 }],
])

const BATCH_SIZE = 100

/** As many on their way at once as it takes to keep a service busy: each request holds its jobs until all are accepted. */
export const BATCHES: Load = {
  path: '/v1/batches',
  body: { jobs: Array.from({ length: BATCH_SIZE }, () => threeSteps) },
  size: BATCH_SIZE,
  connections: 4,
}

const OVER_MS = 120_000
/** autocannon looks only once a sample whether it is through: with its own 1,000 ms a run ends up to a second late. */
const PROMPT_END = ['--sampleInt', '20']
const autocannon = createRequire(import.meta.url).resolve('autocannon')
const run = promisify(execFile)

/**
 * Posts jobs over keep-alive connections, divided among the contenders (replicas of one service), and waits until all are
 * over. The load comes from processes of its own. Half as many jobs before warm up and do not count.
 */
export async function measureThroughput(
  contenders: readonly Contender[],
  jobs: number,
  server: BenchServer,
  load: Load = SINGLE,
): Promise<Throughput> {
  const before = await overOf(contenders)
  const warming = wholeRequests(jobs / 2, contenders, load)
  const measured = wholeRequests(jobs, contenders, load)
  await post(contenders, warming, load)
  await untilOver(contenders, before + warming)
  const cpu = cpuOf(contenders)
  const postgres = server.cpuSeconds()
  const { start } = await post(contenders, measured, load)
  await untilOver(contenders, before + warming + measured)
  const seconds = (Date.now() - start) / 1000
  return {
    jobsPerSecond: measured / seconds,
    serverMicroseconds: perJob(cpu, cpuOf(contenders), measured),
    postgresMicroseconds: perJob(postgres, server.cpuSeconds(), measured),
    peakMegabytes: sum(contenders.map(({ pid }) => peakMegabytes(pid))),
  }
}

/** So many jobs, rounded up to whole requests, the same number to each contender and at least one on each connection. */
function wholeRequests(jobs: number, { length }: readonly Contender[], { size, connections }: Load): number {
  const requests = Math.max(Math.ceil(jobs / size / length), Math.ceil(connections / length))
  return requests * length * size
}

function perJob(before: number | null, after: number | null, jobs: number): number | null {
  return before === null || after === null ? null : ((after - before) / jobs) * 1e6
}

function cpuOf(contenders: readonly Contender[]): number | null {
  return sum(contenders.map(({ pid }) => cpuSeconds(pid)))
}

function sum(values: readonly (number | null)[]): number | null {
  return values.reduce((total, value) => (total === null || value === null ? null : total + value), 0)
}

type Posted = { readonly start: number }

/** Posts so many jobs to each its share; throws where one was not accepted. */
async function post(contenders: readonly Contender[], jobs: number, load: Load): Promise<Posted> {
  const share = (total: number): string => String(Math.ceil(total / contenders.length))
  const { path, size, connections, keyed = 0 } = load
  const parts = [
    { part: 1 - keyed, headers: [] },
    { part: keyed, headers: ['--idReplacement', '--headers', 'idempotency-key=[<id>]-'] },
  ].filter(({ part }) => part > 0)
  const reports = await Promise.all(
    contenders.flatMap(({ url }) =>
      parts.map(async ({ part, headers }) => {
        const amount = ['--connections', share(connections * part), '--amount', share((jobs / size) * part)]
        const patience = ['--timeout', '60', ...PROMPT_END]
        const request = ['--method', 'POST', '--headers', 'content-type=application/json', ...headers]
        const body = ['--body', JSON.stringify(load.body), `${url}${path}`]
        const { stdout } = await run(process.execPath, [
          autocannon,
          '--json',
          ...amount,
          ...patience,
          ...request,
          ...body,
        ])
        return JSON.parse(stdout) as { start: string; non2xx: number; errors: number; '2xx': number }
      }),
    ),
  )
  const refused = reports.reduce((count, { non2xx, errors }) => count + non2xx + errors, 0)
  if (refused > 0) throw new Error(`${contenders[0]?.spec.name}: ${refused} jobs were not accepted`)
  return { start: Math.min(...reports.map(({ start }) => Date.parse(start))) }
}

async function overOf(contenders: readonly Contender[]): Promise<number> {
  const counts = await Promise.all(contenders.map((contender) => contender.over()))
  return counts.reduce((total, count) => total + count, 0)
}

async function untilOver(contenders: readonly Contender[], count: number): Promise<void> {
  const until = performance.now() + OVER_MS
  while ((await overOf(contenders)) < count) {
    if (performance.now() > until) throw new Error(`${contenders[0]?.spec.name}: not all jobs came to their end`)
    await sleep(10)
  }
}

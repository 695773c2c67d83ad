import { setTimeout as sleep } from 'node:timers/promises'
import { Agent, request } from 'undici'
import { threeSteps } from '../definitions.ts'
import { startContender } from './contender.ts'
import { conduit } from './contenders.ts'
import type { BenchServer } from './postgres.ts'
import { measureThroughput } from './throughput.ts'

/** What else is asked of Conduit. */
export type Extras = {
  /** From the POST of a single job until the answer that has its end, in milliseconds. */
  readonly wait: { readonly p50: number; readonly p99: number }
  /** From the start of the process until /readyz says 200, on a migrated database, in milliseconds. */
  readonly readyMs: number
  /** Jobs a second by two replicas, over those by one, and the rates. */
  readonly replicas: { readonly one: number; readonly two: number }
}

const WARMING = 500
const WAITS = 2000

/** One job after the other with `Prefer: wait`, over one connection. */
export async function measureWait(url: string): Promise<Extras['wait']> {
  const dispatcher = new Agent({ connections: 1 })
  const body = JSON.stringify(threeSteps)
  const headers = { 'content-type': 'application/json', prefer: 'wait=10' }
  const times: number[] = []
  for (let i = 0; i < WARMING + WAITS; i++) {
    const begun = performance.now()
    const answer = await request(`${url}/v1/jobs`, { method: 'POST', headers, body, dispatcher })
    await answer.body.dump()
    if (answer.statusCode !== 200) throw new Error(`a job was answered with ${answer.statusCode}`)
    if (i >= WARMING) times.push(performance.now() - begun)
  }
  await dispatcher.close()
  times.sort((a, b) => a - b)
  return { p50: times[Math.floor(WAITS * 0.5)] ?? 0, p99: times[Math.floor(WAITS * 0.99)] ?? 0 }
}

/** Starts the service on a migrated database; the median of some starts, in milliseconds. */
export async function measureReady(databaseUrl: string, starts: number): Promise<number> {
  const times: number[] = []
  for (let i = 0; i < starts; i++) {
    const begun = performance.now()
    await using service = await startContender(conduit, { DATABASE_URL: databaseUrl })
    while ((await fetch(`${service.url}/readyz`)).status !== 200) await sleep(5)
    times.push(performance.now() - begun)
  }
  return times.sort((a, b) => a - b)[Math.floor(starts / 2)] ?? 0
}

/** The same load on one replica, and divided among two, on one database. Both have worked before. */
export async function measureReplicas(server: BenchServer, jobs: number): Promise<Extras['replicas']> {
  const name = 'conduit_bench_replicas'
  const environment = { DATABASE_URL: await server.database(name) }
  await using first = await startContender(conduit, environment)
  await using second = await startContender(conduit, environment)
  await measureThroughput([first, second], jobs / 2, server)
  const one = await measureThroughput([first], jobs, server)
  const two = await measureThroughput([first, second], jobs, server)
  return { one: one.jobsPerSecond, two: two.jobsPerSecond }
}

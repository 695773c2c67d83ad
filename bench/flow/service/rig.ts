import { setTimeout as sleep } from 'node:timers/promises'
import type { Tenant } from '../../neighbours/tenant.ts'
import type { BenchServer } from '../../service/postgres.ts'
import type { Line } from './line.ts'
import { ask, makeDatabase, type BenchDatabase, startService } from './benchDatabase.ts'

/** What parts of the bench share. */
export type Rig = {
  readonly server: BenchServer
  /** A number of things, scaled, and at least so many. */
  count(whole: number, least?: number): number
  /** Aborts when the part has no time left. */
  readonly signal: AbortSignal
  /** A database with nothing in it; the same for all parts. */
  empty(): Promise<BenchDatabase>
  /** A database where jobs sleep for a year, and others ask; the same for all parts. */
  waiting(): Promise<FilledDatabase>
  fresh(name: string): Promise<BenchDatabase>
}

/** A database with so many jobs that wait: fewer than were wanted where the machine was too slow. */
export type FilledDatabase = BenchDatabase & { readonly waiting: number }

/** One question that the bench answers. */
export type Part = {
  readonly name: string
  readonly about: string
  run(rig: Rig): Promise<readonly Line[]>
}

const SLEEPING = 100_000
const ASKING = 10_000
/** Filling takes no longer. */
const FILL_MS = 150_000
const BATCH = 1000
/** Batches on their way at once. */
const SENDERS = 4

const year = { steps: [{ action: 'FLOW.SLEEP', parameters: { for: '365d' } }] }
const question = { steps: [{ action: 'FLOW.ASK', parameters: { title: 'Shall it go on?' } }] }

/** Posts so many jobs by batches; throws where one was not accepted. */
export async function post(
  tenant: Tenant,
  jobs: number,
  jobOf: (n: number) => object,
  signal: AbortSignal,
): Promise<void> {
  let next = 0
  const send = async (): Promise<void> => {
    while (next < jobs) {
      signal.throwIfAborted()
      const from = next
      next = Math.min(jobs, from + BATCH)
      const batch = Array.from({ length: next - from }, (_, i) => jobOf(from + i))
      const answer = (await tenant.call('POST', '/v1/batches', { jobs: batch })) as { results: { status: number }[] }
      const refused = answer.results.find(({ status }) => status !== 202)
      if (refused !== undefined) throw new Error(`a job was refused: ${JSON.stringify(refused)}`)
    }
  }
  await Promise.all(Array.from({ length: SENDERS }, send))
}

/** How many jobs of a place wait. */
export async function waitingIn(prepared: BenchDatabase): Promise<number> {
  const [row] = await ask<{ n: number }>(prepared, 'select count(*)::int as n from job where wait_kind is not null')
  return row?.n ?? 0
}

/** Waits until so many jobs of a place wait. */
export async function untilWaiting(prepared: BenchDatabase, jobs: number, signal: AbortSignal): Promise<void> {
  while ((await waitingIn(prepared)) < jobs) await sleep(200, null, { signal })
}

/** Posts jobs that wait until all do, or the time for it is up; gives how many wait. */
async function fill(prepared: BenchDatabase, sleeping: number, asking: number, signal: AbortSignal): Promise<number> {
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(FILL_MS)])
  try {
    await using service = await startService(prepared)
    await post(service.busy, asking, () => question, bounded)
    await post(service.busy, sleeping, () => year, bounded)
    await untilWaiting(prepared, sleeping + asking, bounded)
  } catch (error) {
    if (!bounded.aborted || signal.aborted) throw error
    await ask(prepared, 'delete from job where wait_kind is null and finished_at is null')
  }
  await ask(prepared, 'vacuum (analyze)')
  return await waitingIn(prepared)
}

/** @param signal aborts when the part that runs has no time left */
export function openRig(server: BenchServer, scale: number, signal: () => AbortSignal): Rig & AsyncDisposable {
  const made = new Map<string, Promise<BenchDatabase>>()
  let filled: Promise<FilledDatabase> | null = null
  const count = (whole: number, least = 1): number => Math.max(least, Math.round(whole * scale))
  const once = (name: string, make: () => Promise<BenchDatabase>): Promise<BenchDatabase> => {
    const prepared = made.get(name) ?? make()
    made.set(name, prepared)
    return prepared
  }
  const fresh = (name: string): Promise<BenchDatabase> =>
    once(name, () => makeDatabase(server, `conduit_bench_flow_${name}`))
  return {
    server,
    count,
    get signal() {
      return signal()
    },
    fresh,
    empty: () => fresh('empty'),
    waiting: () => {
      filled ??= fresh('waiting').then(async (prepared) => {
        const waiting = await fill(prepared, count(SLEEPING), count(ASKING), signal())
        return { ...prepared, waiting }
      })
      return filled
    },
    [Symbol.asyncDispose]: async () => {
      for (const name of made.keys()) await server.drop(`conduit_bench_flow_${name}`)
    },
  }
}

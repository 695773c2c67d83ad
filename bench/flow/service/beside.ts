import { setTimeout as sleep } from 'node:timers/promises'
import { openDatabase } from '../../../src/store/client.ts'
import { claimJobs } from '../../../src/store/jobs/claim.ts'
import { registerReplica } from '../../../src/store/replica.ts'
import { threeSteps } from '../../definitions.ts'
import type { Tenant } from '../../neighbours/tenant.ts'
import { residentMegabytes } from '../../service/processes.ts'
import { type Line, median, ratio } from './line.ts'
import { ask, type BenchDatabase, startService } from './benchDatabase.ts'
import { post, type Rig } from './rig.ts'

// The same thing on two places in turns: one with nothing in it, and one where many jobs wait. Whatever else the machine
// does is so for both.

const STARTS = 5
const SETTLE_MS = 1000
const JOBS = 400
const WARMING = 100
const CLAIMS = 60
const WARMING_CLAIMS = 10
const SLOTS = 64

const oneCall = { steps: [{ action: 'BENCH.CALL', parameters: { ms: 0 } }] }

/** What was found on the first database, and on the second. */
type Found<T> = readonly [alone: readonly T[], beside: readonly T[]]

/** So many times on each, each being the first to go in half of the turns. */
async function inTurns<T>(turns: number, alone: () => Promise<T>, beside: () => Promise<T>): Promise<Found<T>> {
  const found: [T[], T[]] = [[], []]
  for (let turn = 0; turn < turns; turn++) {
    for (const which of turn % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
      found[which].push(await (which === 0 ? alone : beside)())
    }
  }
  return found
}

/** Until /readyz says 200, and what is resident a second later. */
export async function starts(alone: BenchDatabase, beside: BenchDatabase, rig: Rig): Promise<readonly Line[]> {
  const found = await inTurns(
    STARTS,
    () => started(alone, rig.signal),
    () => started(beside, rig.signal),
  )
  const [readyAlone = 0, readyBeside = 0] = found.map((all) => median(all.map(({ ready }) => ready)))
  const [memoryAlone = 0, memoryBeside = 0] = found.map((all) => median(all.map(({ megabytes }) => megabytes)))
  return [
    ratio('start until /readyz, beside none', readyAlone, readyBeside, 1.1, ' ms'),
    ratio('resident memory after it, beside none', memoryAlone, memoryBeside, 1.05, ' MB'),
  ]
}

async function started(prepared: BenchDatabase, signal: AbortSignal): Promise<{ ready: number; megabytes: number }> {
  signal.throwIfAborted()
  await using service = await startService(prepared)
  await sleep(SETTLE_MS)
  return { ready: service.readyIn, megabytes: residentMegabytes(service.pid) ?? Number.NaN }
}

/** A job from its POST to its end, one after the other: of three pure steps, and of one with effects. */
export async function jobs(alone: BenchDatabase, beside: BenchDatabase, rig: Rig): Promise<readonly Line[]> {
  await using first = await startService(alone)
  await using second = await startService(beside)
  const lines: Line[] = []
  for (const [what, job] of [
    ['a job of three pure steps, beside none', threeSteps],
    ['a job of one step with effects, beside none', oneCall],
  ] as const) {
    const took = await inTurns(
      rig.count(JOBS, 50) + WARMING,
      () => timed(first.modest, job, rig.signal),
      () => timed(second.modest, job, rig.signal),
    )
    const [a = 0, b = 0] = took.map((times) => median(times.slice(WARMING)))
    lines.push(ratio(what, a, b, 1.2, ' ms'))
  }
  return lines
}

async function timed(tenant: Tenant, job: object, signal: AbortSignal): Promise<number> {
  signal.throwIfAborted()
  const began = performance.now()
  const { state } = (await tenant.call('POST', '/v1/jobs', job, { prefer: 'wait=30' })) as { state: string }
  if (state !== 'succeeded') throw new Error(`a job is ${state}`)
  return performance.now() - began
}

/** Claims of 64 jobs out of a queue of one tenant. */
export async function claims(alone: BenchDatabase, beside: BenchDatabase, rig: Rig): Promise<Line> {
  for (const prepared of [alone, beside]) {
    await using service = await startService(prepared, { CONCURRENCY: '0' })
    await post(service.modest, CLAIMS * SLOTS, () => threeSteps, rig.signal)
  }
  await using stack = new AsyncDisposableStack()
  const claim = async (prepared: BenchDatabase): Promise<() => Promise<number>> => {
    const database = openDatabase({ connectionString: prepared.database, max: 1 })
    stack.defer(() => database.close())
    const { holder } = await registerReplica(database, 600)
    const order = {
      holder,
      count: SLOTS,
      declined: [],
      takeoversBelow: 99,
      share: SLOTS,
      taken: new Map<string, number>(),
    }
    let afterTenant = ''
    return async () => {
      const began = performance.now()
      const { jobs: taken, lastTenant } = await claimJobs(database, { ...order, afterTenant })
      const took = performance.now() - began
      if (taken.length !== SLOTS) throw new Error(`a claim gave ${taken.length} jobs`)
      afterTenant = lastTenant
      return took
    }
  }
  const took = await inTurns(CLAIMS, await claim(alone), await claim(beside))
  for (const prepared of [alone, beside]) {
    await ask(prepared, "delete from job where tenant = 'modest' and finished_at is null")
    await ask(prepared, 'delete from replica')
  }
  const [a = 0, b = 0] = took.map((times) => median(times.slice(WARMING_CLAIMS)))
  return ratio(`a claim of ${SLOTS}, beside none`, a, b, 1.2, ' ms')
}

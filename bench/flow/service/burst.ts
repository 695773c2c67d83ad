import { setTimeout as sleep } from 'node:timers/promises'
import { threeSteps } from '../../definitions.ts'
import type { Tenant } from '../../neighbours/tenant.ts'
import { runDue } from './due.ts'
import { atMost, quantile, told } from './line.ts'
import { startService } from './benchDatabase.ts'
import type { Part } from './rig.ts'

const DUE = 10_000
/** The other tenant posts a job so often, a pure one and one with effects in turns. */
const POST_MS = 50

const JOBS = [threeSteps, { steps: [{ action: 'BENCH.CALL', parameters: { ms: 0 } }] }]

/** Jobs due in one second: how long until the last is over, and what another tenant notices. */
export const burst: Part = {
  name: 'burst',
  about: '10,000 of 110,000 waiting jobs are due in one second',
  run: async (rig) => {
    const prepared = await rig.waiting()
    await using service = await startService(prepared)
    const jobs = rig.count(DUE)
    const others: number[] = []
    const { lastAt, cpu } = await runDue({ prepared, service, rig, jobs, spread: 1000 }, async (over) => {
      others.push(...(await another(service.modest, over)))
    })
    return [
      atMost(`${jobs} jobs through after`, lastAt / 1000, 10, ' s', 1),
      told('CPU a job from its wake on, service and Postgres', cpu),
      told("another tenant's jobs meanwhile, p50", `${quantile(others, 0.5).toFixed(0)} ms`),
      atMost('the longest of them', Math.max(...others), 1000, ' ms'),
    ]
  },
}

async function another(tenant: Tenant, over: AbortSignal): Promise<number[]> {
  const all: Promise<number>[] = []
  for (let n = 0; !over.aborted; n++, await sleep(POST_MS)) {
    const began = performance.now()
    const job = JOBS[n % JOBS.length] ?? threeSteps
    const ended = tenant.call('POST', '/v1/jobs', job, { prefer: 'wait=60' }).then(() => performance.now() - began)
    ended.catch(() => undefined) // told below
    all.push(ended)
  }
  return await Promise.all(all)
}

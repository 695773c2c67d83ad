import type { Tenant } from '../../neighbours/tenant.ts'
import { peakMegabytes } from '../../service/processes.ts'
import { type Line, median, told } from './line.ts'
import { startService } from './benchDatabase.ts'
import type { Part, Rig } from './rig.ts'

const ROUNDS = 9999
const CALLS = 100
const CALL_MS = 20
const RUNS = 5

type Ended = { readonly state: string; readonly step_runs: number }

/** One large loop, of pure steps and of steps with effects. */
export const each: Part = {
  name: 'each',
  about: 'FLOW.EACH of 9,999 rounds, 100 at a time',
  run: async (rig) => {
    const prepared = await rig.empty()
    await using service = await startService(prepared)
    const rounds = rig.count(ROUNDS, 100)
    const lines: Line[] = []
    for (const [what, step] of [
      ['of a pure step', { action: 'MATH.SUM', parameters: { value1: '{% item %}', value2: 1 } }],
      ['of a step with effects', { action: 'BENCH.CALL', parameters: { ms: 1 } }],
    ] as const) {
      const took = await loop(service.busy, { rounds, concurrency: 100, step }, rig)
      const rate = `${Math.round((rounds * 1000) / took)} rounds/s`
      lines.push(told(`${rounds} rounds ${what}`, `${(took / 1000).toFixed(1)} s, ${rate}`))
    }
    return [...lines, told('peak memory of the service', `${peakMegabytes(service.pid) ?? '?'} MB`)]
  },
}

/** The same effects one after another, and side by side. */
export const effects: Part = {
  name: 'effects',
  about: `${CALLS} calls of ${CALL_MS} ms: 10 at a time against one after another`,
  run: async (rig) => {
    const prepared = await rig.empty()
    await using service = await startService(prepared)
    const step = { action: 'BENCH.CALL', parameters: { ms: CALL_MS } }
    const [single, tens]: [number[], number[]] = [[], []]
    for (let run = 0; run < rig.count(RUNS, 2); run++) {
      single.push(await loop(service.busy, { rounds: CALLS, concurrency: 1, step }, rig))
      tens.push(await loop(service.busy, { rounds: CALLS, concurrency: 10, step }, rig))
    }
    const times = median(single) / median(tens)
    return [
      told('one after another', `${median(single).toFixed(0)} ms`),
      told('10 at a time', `${median(tens).toFixed(0)} ms`),
      { what: 'so many times sooner', found: times.toFixed(1), goal: '≥ 8', reached: times >= 8 },
    ]
  },
}

/** Milliseconds from the POST of a loop until its end. */
async function loop(
  tenant: Tenant,
  { rounds, concurrency, step }: { readonly rounds: number; readonly concurrency: number; readonly step: object },
  { signal }: Rig,
): Promise<number> {
  const parameters = { items: `{= range(${rounds}) =}`, concurrency }
  const job = { steps: [{ action: 'FLOW.EACH', parameters, steps: [step], output: null }] }
  const began = performance.now()
  const { id } = (await tenant.call('POST', '/v1/jobs', job)) as { id: string }
  for (;;) {
    const { state, step_runs: runs } = (await tenant.call('GET', `/v1/jobs/${id}?wait=10`)) as Ended
    if (state === 'succeeded' && runs === rounds + 1) return performance.now() - began
    if (state !== 'running' && state !== 'queued') throw new Error(`the loop is ${state} with ${runs} records`)
    signal.throwIfAborted()
  }
}

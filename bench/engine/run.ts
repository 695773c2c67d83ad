import { cpus } from 'node:os'
import { Bench } from 'tinybench'
import { standardBlocks } from '../../src/blocks/standard.ts'
import { systemClock } from '../../src/process/clock.ts'
import { DEFAULT_LIMITS } from '../../src/engine/run/limits.ts'
import { type Plan, planJob } from '../../src/engine/plan/plan.ts'
import { createRegistry } from '../../src/engine/registry.ts'
import { createRun, endOf, next } from '../../src/engine/run/run.ts'
import type { RunContext } from '../../src/engine/run/runContext.ts'
import type { RunState } from '../../src/engine/run/state.ts'
import { runJob } from '../../src/compose/runJob.ts'
import { parseJob } from '../../src/wire/parseDefinition.ts'
import { fiftySteps, threeSteps, threeStepsGive } from '../definitions.ts'

// How many steps a second does the engine settle, with nothing around it? `npm run bench:engine` answers.

const GOAL = 300_000
const JOBS = [
  { name: '3 steps', definition: threeSteps, steps: 3 },
  { name: '50 steps', definition: fiftySteps, steps: 50 },
]

const blocks = createRegistry(standardBlocks)
const ignore = (): void => undefined
const around: RunContext = {
  job: { id: 'bench', tenant: 'default', name: null, tags: [], metadata: {} },
  createdAt: 0,
  clock: systemClock,
  limits: DEFAULT_LIMITS,
  globals: {},
  log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
  random: Math.random,
  idempotencyKey: String,
}

/** Walks a planned job to its end, as `runJob` and the executor do. */
function walkToEnd(plan: Plan, context: RunContext): RunState {
  const run = createRun(plan, context, context.clock.now())
  for (;;) {
    const happened = next(run)
    if (happened.kind === 'over') return run
    if (happened.kind !== 'step') throw new Error(`a pure step must not need more: ${happened.kind}`)
  }
}

/** Throws where a step fails. */
function walk(plan: Plan): unknown {
  const run = walkToEnd(plan, around)
  const { success, failedStep } = endOf(run)
  if (!success) throw new Error(`step ${failedStep} failed`)
  return run.top.results.at(-1)?.returnValue
}

const rules = { maxSteps: 1000, judgeUrl: () => null }
const bench = new Bench({ time: 2000, warmupTime: 500 })
const steps = new Map<string, number>()
for (const job of JOBS) {
  const plan = planJob(parseJob(job.definition, rules).definition, blocks)
  const add = (what: string, task: () => unknown): void => {
    const name = `${job.name}, ${what}`
    steps.set(name, job.steps)
    bench.add(name, task)
  }
  add('planned once', () => walk(plan))
  add('runJob, from JSON', () => runJob(job.definition, { blocks }))
}

// What RECORD_PARAMETERS costs: where all goes well, and where the last step's parameter is null.
const failing = {
  steps: [...threeSteps.steps.slice(0, 2), { action: 'TEXT.UPPERCASE', parameters: { text: '{: 9 :}' } }],
}
for (const [what, definition] of [
  ['3 steps', threeSteps],
  ['3 steps, the last fails', failing],
] as const) {
  const plan = planJob(parseJob(definition, rules).definition, blocks)
  for (const recordParameters of ['never', 'failed', 'always'] as const) {
    const name = `${what}, parameters recorded: ${recordParameters}`
    steps.set(name, 3)
    bench.add(name, () => walkToEnd(plan, { ...around, recordParameters }))
  }
}

const three = planJob(parseJob(threeSteps, rules).definition, blocks)
if (walk(three) !== threeStepsGive) throw new Error('the three-step job gives something else')
await bench.run()

const rows = bench.tasks.map(({ name, result }) => {
  if (!('latency' in result)) throw new Error(`${name}: ${result.state}`)
  const count = steps.get(name) ?? 0
  return {
    job: name,
    'µs a job (median)': Number((result.latency.p50 * 1000).toFixed(2)),
    'steps/s': Math.round((count * 1000) / result.latency.p50),
    'of the goal': `${((count * 1000) / result.latency.p50 / GOAL).toFixed(1)} ×`,
  }
})
process.stdout.write(`Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model.trim() ?? 'CPU'}\n`)
console.table(rows)

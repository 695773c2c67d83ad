import { standardBlocks } from '../../../src/blocks/standard.ts'
import type { Entry, StepEntry } from '../../../src/engine/run/entry.ts'
import { DEFAULT_LIMITS } from '../../../src/engine/run/limits.ts'
import { type Plan, planJob } from '../../../src/engine/plan/plan.ts'
import { createRegistry } from '../../../src/engine/registry.ts'
import { apply, createRun, deliver, endOf, next, type RunEnd, startCall } from '../../../src/engine/run/run.ts'
import type { RunLimits } from '../../../src/engine/run/runContext.ts'
import { disarmAll } from '../../../src/engine/run/time.ts'
import { systemClock } from '../../../src/process/clock.ts'
import { parseJob } from '../../../src/wire/parseDefinition.ts'
import { testBlocks } from '../../cases/testBlocks.ts'

const registry = createRegistry([...standardBlocks, ...testBlocks])
const ignore = (): void => undefined
let runs = 0

/** What a run came to: all that happened in it, what was there before included, and its end. */
export type Driven = { readonly entries: Entry[]; readonly end: RunEnd }

/** A definition, ready to be run. */
export function planOf(job: object): Plan {
  return planJob(parseJob(job, { maxSteps: 1000, judgeUrl: () => null }).definition, registry)
}

/** Runs a definition to its end, from what is recorded of it, as it is read: as JSON. */
export async function drive(
  job: object,
  before: readonly Entry[] = [],
  limits: Partial<RunLimits> = {},
): Promise<Driven> {
  const plan = planOf(job)
  const { definition } = plan
  const nonce = `run ${runs++}`
  const context = {
    job: { id: nonce, tenant: 'default', name: null, tags: definition.tags, metadata: definition.metadata },
    createdAt: 0,
    clock: systemClock,
    limits: { ...DEFAULT_LIMITS, ...limits },
    globals: {},
    log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
    random: () => 0,
    idempotencyKey: (path: string) => `${nonce}/${path}`,
  }
  const run = createRun(plan, context, systemClock.now())
  const entries = before.map((entry) => structuredClone(entry))
  for (const entry of entries) apply(run, entry)
  for (;;) {
    const happened = next(run)
    switch (happened.kind) {
      case 'over':
        disarmAll(run)
        return { entries, end: endOf(run) }
      case 'call':
        startCall(happened.frame)
        break
      case 'child':
        deliver(run, { kind: 'child', number: 1, id: happened.id, success: true, output: 'child', error: null })
        break
      case 'idle':
        await new Promise<void>((resolve) => {
          run.wake = resolve
        })
        run.wake = null
        break
      case 'orphan':
      case 'stopped':
        break
      default:
        entries.push(JSON.parse(JSON.stringify(happened)) as Entry)
    }
  }
}

/** When a sleep was over. */
const MOMENT = /\d{4}-\d\d-\d\dT[\d:.]+Z/g

/** How each step ended, by path; a step that was stopped may or may not have begun before a crash. */
export function recordOf({ entries, end }: Driven): object {
  const steps = entries.filter((entry): entry is StepEntry => entry.kind === 'step' && entry.status !== 'STOPPED')
  const told = steps.map(({ path, position, status, cause, returnValue, error }) =>
    JSON.stringify([path, position, status, cause, returnValue, error]).replace(MOMENT, 'a moment'),
  )
  return { steps: told.toSorted(), end: { ...end, output: end.output?.replace(MOMENT, 'a moment') } }
}

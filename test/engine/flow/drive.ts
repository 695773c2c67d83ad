import { standardBlocks } from '../../../src/blocks/standard.ts'
import type { Entry, JobMessage, StepEntry } from '../../../src/engine/run/entry.ts'
import { DEFAULT_LIMITS } from '../../../src/engine/run/limits.ts'
import { type Plan, planJob } from '../../../src/engine/plan/plan.ts'
import { createRegistry } from '../../../src/engine/registry.ts'
import {
  apply,
  cancelRun,
  createRun,
  deliver,
  endOf,
  next,
  type RunEnd,
  startCall,
} from '../../../src/engine/run/run.ts'
import type { Clock, RunLimits } from '../../../src/engine/run/runContext.ts'
import type { RunState } from '../../../src/engine/run/state.ts'
import { disarmAll, openWaits } from '../../../src/engine/run/time.ts'
import { systemClock } from '../../../src/process/clock.ts'
import { parseJob } from '../../../src/wire/parseDefinition.ts'
import { testBlocks } from '../../cases/testBlocks.ts'

const registry = createRegistry([...standardBlocks, ...testBlocks])
const ignore = (): void => undefined
let runs = 0

/** What a run came to: all that happened in it, what was there before included, and its end. */
export type Driven = { readonly entries: Entry[]; readonly end: RunEnd }

/** A run's clock, and whether what it waits for comes at once, also while blocks are called. */
export type Outside = { readonly clock: Clock; readonly isEarly: boolean }

/** A definition, ready to be run. */
export function planOf(job: object): Plan {
  return planJob(parseJob(job, { maxSteps: 1000, judgeUrl: () => null }).definition, registry)
}

/**
 * Runs a definition to its end, from what is recorded of it, as it is read: as JSON. What it waits for comes once nothing
 * else can happen, but for a signal `never`.
 *
 * @param cancelAt cancels it once so many entries are there
 * @param outside what the run is given from outside
 */
export async function drive(
  job: object,
  before: readonly Entry[] = [],
  limits: Partial<RunLimits> = {},
  cancelAt: number | null = null,
  { clock, isEarly }: Outside = { clock: systemClock, isEarly: false },
): Promise<Driven> {
  const plan = planOf(job)
  const { definition } = plan
  const nonce = `run ${runs++}`
  const context = {
    job: { id: nonce, tenant: 'default', name: null, tags: definition.tags, metadata: definition.metadata },
    createdAt: 0,
    clock,
    limits: { ...DEFAULT_LIMITS, ...limits },
    globals: {},
    log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
    random: () => 0,
    idempotencyKey: (path: string) => `${nonce}/${path}`,
  }
  const run = createRun(plan, context, clock.now())
  const entries = before.map((entry) => structuredClone(entry))
  for (const entry of entries) apply(run, entry)
  for (;;) {
    if (cancelAt !== null && entries.length >= cancelAt) cancelRun(run)
    const happened = next(run)
    switch (happened.kind) {
      case 'over':
        disarmAll(run)
        return { entries, end: endOf(run) }
      case 'call':
        startCall(happened.frame)
        break
      case 'child':
        deliver(run, { kind: 'child', number: numbers++, id: happened.id, success: true, output: 'child', error: null })
        break
      case 'idle': {
        const message = messageFor(run, isEarly)
        if (message !== null) {
          deliver(run, message)
          break
        }
        await new Promise<void>((resolve) => {
          run.wake = resolve
        })
        run.wake = null
        break
      }
      case 'orphan':
      case 'stopped':
        break
      default:
        entries.push(JSON.parse(JSON.stringify(happened)) as Entry)
    }
  }
}

/** A clock that moves only to the end of what was waited for: whatever happens before is of one millisecond. */
export function coarseClock(): Clock {
  let moment = 1_700_000_000_000
  return {
    now: () => moment,
    monotonic: () => moment,
    after: (milliseconds, callback) => {
      const end = moment + milliseconds
      return systemClock.after(milliseconds, () => {
        moment = Math.max(moment, end)
        callback()
      })
    },
  }
}

/** What the innermost step that waits for somebody waits for, where nothing but it can happen; null: something else can. */
function messageFor(run: RunState, isEarly: boolean): JobMessage | null {
  const waits = openWaits(run).toSorted((a, b) => b.path.split('/').length - a.path.split('/').length)
  const isPassing = waits.some(({ wait }) => wait.until !== null || (wait.kind === 'signal' && wait.name === 'never'))
  if ((run.calls > 0 || isPassing) && !isEarly) return null
  for (const { path, wait } of waits) {
    const number = numbers++
    if (wait.kind === 'signal') return { kind: 'signal', number, name: wait.name, body: `to ${path}` }
    if (wait.kind === 'ask') return { kind: 'answer', number, path, value: 'yes', by: 'somebody', at: 0 }
  }
  return null
}

let numbers = 1

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

import { standardBlocks } from '../../../src/blocks/standard.ts'
import { isObject, type Json } from '../../../src/engine/values/json.ts'
import { DEFAULT_LIMITS } from '../../../src/engine/run/limits.ts'
import { planJob } from '../../../src/engine/plan/plan.ts'
import { createRegistry } from '../../../src/engine/plan/registry.ts'
import { advance, createRun } from '../../../src/engine/run/run.ts'
import type { Clock, Resume, StepOutcome } from '../../../src/engine/run/state.ts'
import { parseJob } from '../../../src/wire/parseDefinition.ts'

export const STARTED_AT = 1_000_000

const registry = createRegistry(standardBlocks)
const ignore = (): void => undefined

/** A step as it is recorded. */
export function outcome(position: number, status: StepOutcome['status'], value: Json, finishedAt: number): StepOutcome {
  const json = JSON.stringify(value)
  return { position, status, startedAt: STARTED_AT, finishedAt, returnValue: value, json, variables: null }
}

/** Goes on with a job of pure steps, and gives how each further step ended. */
export function createConduitRun(steps: object[], resume: Partial<Resume>, now = STARTED_AT): string[] {
  const { definition } = parseJob({ steps }, { maxSteps: 10, judgeUrl: () => null })
  const clock: Clock = { now: () => now, after: () => ignore }
  const context = {
    job: { id: 'job', tenant: 'default', name: null, tags: [], metadata: {} },
    createdAt: 0,
    clock,
    limits: DEFAULT_LIMITS,
    globals: {},
    log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
    idempotencyKey: String,
  }
  const fresh: Resume = { outcomes: [], variables: null, cancelled: null, givenUp: false }
  const run = createRun(planJob(definition, registry), context, STARTED_AT, { ...fresh, ...resume })
  const ended: string[] = []
  for (;;) {
    const event = advance(run)
    if (event instanceof Promise) throw new Error('only pure steps that take no time are run here')
    if (event.type === 'ended') return ended
    if (event.type === 'settled') ended.push(describe(event.outcome))
  }
}

function describe({ status, returnValue }: StepOutcome): string {
  return isObject(returnValue) && typeof returnValue['type'] === 'string' ? `${status} ${returnValue['type']}` : status
}

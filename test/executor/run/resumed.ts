import { standardBlocks } from '../../../src/blocks/standard.ts'
import type { Entry, StepEntry } from '../../../src/engine/run/entry.ts'
import { isObject, type Json } from '../../../src/engine/values/json.ts'
import { DEFAULT_LIMITS } from '../../../src/engine/run/limits.ts'
import { planJob } from '../../../src/engine/plan/plan.ts'
import { createRegistry } from '../../../src/engine/registry.ts'
import { apply, cancelRun, createRun, next } from '../../../src/engine/run/run.ts'
import type { Clock } from '../../../src/engine/run/runContext.ts'
import { parseJob } from '../../../src/wire/parseDefinition.ts'

export const STARTED_AT = 1_000_000

const registry = createRegistry(standardBlocks)
const ignore = (): void => undefined

/** A step as it is recorded. */
export function recorded(position: number, status: StepEntry['status'], value: Json): StepEntry {
  return {
    kind: 'step',
    path: String(position),
    position,
    written: position - 1,
    status,
    cause: null,
    attempt: 1,
    attempts: null,
    startedAt: STARTED_AT,
    finishedAt: STARTED_AT + 10,
    returnValue: value,
    json: JSON.stringify(value),
    error: null,
    variables: null,
  }
}

/** What a run goes on from. `cancelled`: as `cancelRun` takes it; `ran`: how long it was run before. */
export type Resumed = {
  readonly entries?: readonly Entry[]
  readonly cancelled?: { begun?: boolean; inHand?: boolean }
  readonly givenUp?: boolean
  readonly ran?: number
}

/** Goes on with a job of pure steps, and gives how each further step ended. */
export function goOnWith(steps: object[], { entries = [], cancelled, givenUp = false, ran = 0 }: Resumed): string[] {
  const { definition } = parseJob({ steps }, { maxSteps: 10, judgeUrl: () => null })
  const clock: Clock = { now: () => STARTED_AT, monotonic: () => 0, after: () => ignore }
  const context = {
    job: { id: 'job', tenant: 'default', name: null, tags: [], metadata: {} },
    createdAt: STARTED_AT,
    clock,
    limits: DEFAULT_LIMITS,
    globals: {},
    log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
    random: () => 0,
    idempotencyKey: String,
  }
  const run = createRun(planJob(definition, registry), context, STARTED_AT, ran)
  for (const entry of entries) apply(run, entry)
  run.givenUp = givenUp
  if (cancelled !== undefined) cancelRun(run, cancelled)
  const ended: string[] = []
  for (;;) {
    const happened = next(run)
    if (happened.kind === 'over') return ended
    if (happened.kind === 'step') ended.push(describe(happened))
    else if (happened.kind !== 'mark') throw new Error('only pure steps that take no time are run here')
  }
}

function describe({ status, returnValue }: StepEntry): string {
  return isObject(returnValue) && typeof returnValue['type'] === 'string' ? `${status} ${returnValue['type']}` : status
}

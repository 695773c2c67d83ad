import { expect, test } from 'vitest'
import { standardBlocks } from '../../src/blocks/standard.ts'
import { planJob } from '../../src/engine/plan/plan.ts'
import { createRegistry } from '../../src/engine/registry.ts'
import { DEFAULT_LIMITS } from '../../src/engine/run/limits.ts'
import { createRun, next } from '../../src/engine/run/run.ts'
import { readDefinition } from '../../src/wire/readDefinition.ts'
import type { Json, JsonObject } from '../../src/engine/values/json.ts'

const ignore = (): void => undefined
const context = {
  job: { id: 'job', tenant: 'default', name: null, tags: [], metadata: {} },
  createdAt: 0,
  clock: { now: () => 0, monotonic: () => 0, after: () => ignore },
  limits: DEFAULT_LIMITS,
  globals: {},
  log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
  random: () => 0,
  idempotencyKey: String,
}

/** How the one step of a stored job ends, whose texts nobody judges any more. */
function endOf(step: { if?: Json; parameters?: JsonObject }): { status: string; value: unknown } {
  const definition = readDefinition({ steps: [{ action: 'TEXT.CREATE', parameters: { value: 'x' }, ...step }] })
  const happened = next(createRun(planJob(definition, createRegistry(standardBlocks)), context, 0))
  if (happened.kind !== 'step') throw new Error('the step did not end at once')
  return { status: happened.status, value: happened.returnValue }
}

test.each([
  ['false', 'DONE'],
  ['', 'IF_CONDITION_FAILED'],
  ['{# n #} > 10', 'DONE'],
  [{}, 'IF_CONDITION_FAILED'],
  [{ a: 1 }, 'DONE'],
  [[[0]], 'DONE'],
  [[[]], 'IF_CONDITION_FAILED'],
])('the condition %j of a job that was accepted before is read by the rule of then', (condition, status) => {
  expect(endOf({ if: condition }).status).toBe(status)
})

test('what is no expression is text in a job that was accepted before', () => {
  expect(endOf({ parameters: { value: 'a {= b c =}' } }).value).toBe('a {= b c =}')
})

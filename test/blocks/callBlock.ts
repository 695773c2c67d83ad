import { describe, expect, test } from 'vitest'
import type { Block, BlockContext } from '../../src/engine/block.ts'
import { errorBrand } from '../../src/engine/errors.ts'
import { copyJson, type Json, type JsonObject } from '../../src/engine/values/json.ts'
import { type RegisteredBlock } from '../../src/engine/registeredBlock.ts'
import { createRegistry } from '../../src/engine/registry.ts'

/** What a call ends in: a value, or the status that the step would get. */
type Outcome = { returns: Json } | { status: FailedStatus }

type FailedStatus = 'INVALID_TYPE' | 'INVALID_ARGUMENT' | 'KILLED_MANUALLY' | 'UNHANDLED_EXCEPTION'

/** One call and its end, as a line of a table. */
export type Case = readonly [action: string, parameters: JsonObject, outcome: Outcome]

export const returns = (value: Json): Outcome => ({ returns: value })
export const invalidType: Outcome = { status: 'INVALID_TYPE' }
export const invalidArgument: Outcome = { status: 'INVALID_ARGUMENT' }
export const stopsJob: Outcome = { status: 'KILLED_MANUALLY' }
export const raises: Outcome = { status: 'UNHANDLED_EXCEPTION' }

/** A context as small as it can be, with the given variables. */
export function contextWith(variables: JsonObject = {}): BlockContext {
  const ignore = (): void => undefined
  return {
    globals: {},
    variables,
    now: Date.now,
    signal: new AbortController().signal,
    log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
    job: { id: 'job', tenant: 'default', name: null, tags: [], metadata: {} },
    sendsTo: () => undefined,
    step: { id: '1', position: 1, action: 'TEST', idempotencyKey: 'job:1' },
    progress: ignore,
  }
}

/** Calls a block as the engine does: defaults first, then the closed schema, then the block. */
export async function callBlock(block: Block, parameters: JsonObject, variables?: JsonObject): Promise<Outcome> {
  return await call(registered([block], block.action), parameters, variables)
}

/** Tests that every example of every block is true. */
export function testExamples(blocks: readonly Block[]): void {
  describe('examples', () => {
    const examples = blocks.flatMap(({ action, examples = [] }) => examples.map((example) => ({ action, ...example })))
    test.each(examples)('$action of $parameters is $returns', async ({ action, parameters, returns }) => {
      expect(await call(registered(blocks, action), copyJson(parameters) as JsonObject)).toEqual({ returns })
    })
  })
}

/** Tests a table of calls. */
export function testCases(blocks: readonly Block[], cases: readonly Case[]): void {
  test.each(cases)('%s of %j ends in %j', async (action, parameters, outcome) => {
    expect(await call(registered(blocks, action), copyJson(parameters) as JsonObject)).toEqual(outcome)
  })
}

function registered(blocks: readonly Block[], action: string): RegisteredBlock {
  const block = createRegistry(blocks.filter((known) => known.action === action)).blocks.get(action)
  if (block === undefined) throw new Error(`there is no block named ${action}`)
  return block
}

async function call(block: RegisteredBlock, given: JsonObject, variables?: JsonObject): Promise<Outcome> {
  const parameters: JsonObject = { ...given }
  for (const [name, value] of block.defaults) if (!Object.hasOwn(parameters, name)) parameters[name] = copyJson(value)
  if (block.check(parameters) !== null) return { status: 'INVALID_TYPE' }
  try {
    return { returns: copyJson(await block.run(parameters, contextWith(variables))) }
  } catch (error) {
    return { status: statusOf(error) }
  }
}

function statusOf(error: unknown): FailedStatus {
  switch (errorBrand(error)) {
    case 'invalid-argument':
      return 'INVALID_ARGUMENT'
    case 'stop-job':
      return 'KILLED_MANUALLY'
    default:
      return 'UNHANDLED_EXCEPTION'
  }
}

import { nearestName } from '../engine/nearest.ts'
import type { JsonObject } from '../engine/values/json.ts'
import { unescapePointer } from '../engine/values/pointer.ts'
import { BranchInput, Callback, CatchInput, JobInput, RetryInput, StepInput } from './definition.ts'

type Shape = { readonly properties: object }

/** What stands where in a definition, by the end of its pointer. */
const SHAPES: readonly (readonly [pointers: RegExp, shape: Shape])[] = [
  [/^\/[^/]+$/, JobInput],
  [/^\/on_(?:step_update|job_finish)\/[^/]+$/, Callback],
  [/\/(?:steps|undo|on_failure)\/\d+\/[^/]+$/, StepInput],
  [/\/branches\/\d+\/[^/]+$/, BranchInput],
  [/\/catch(?:\/\d+)?\/[^/]+$/, CatchInput],
  [/\/retry(?:\/\d+)?\/[^/]+$/, RetryInput],
]

/** What others call it. */
const OTHER_WORDS: Readonly<Record<string, string>> = {
  args: 'parameters',
  arguments: 'parameters',
  input: 'parameters',
  inputs: 'parameters',
  params: 'parameters',
  with: 'parameters',
  block: 'action',
  type: 'action',
  uses: 'action',
  condition: 'if',
  when: 'if',
  always: 'forced',
  env: 'variables',
  vars: 'variables',
  locals: 'local_values',
  labels: 'metadata',
  callback: 'on_job_finish',
  webhook: 'on_job_finish',
}

/** The field that was most likely meant by a key that a definition does not have there; null: none is near. */
export function nearestField(pointer: string): string | null {
  const shape = SHAPES.find(([pointers]) => pointers.test(pointer))?.[1]
  if (shape === undefined) return null
  const written = unescapePointer(pointer.slice(pointer.lastIndexOf('/') + 1))
  const known = Object.keys(shape.properties)
  const other = OTHER_WORDS[written.toLowerCase()]
  return nearestName(written, known) ?? (other !== undefined && known.includes(other) ? other : null)
}

/** Fields on which nothing else in a definition depends: that one has a wrong form hides nothing of what is wrong elsewhere. */
const ASIDE =
  /^(?:\/(?:id|name|title|description|metadata|timeout|delay|run_at|step_limit)|.*\/(?:steps|undo|on_failure)\/\d+\/(?:id|title|description|forced|timeout|retry|parameters))(?=\/|$)/

/** The field that a pointer leads to or into, where nothing else depends on it; null: something may. */
export function fieldAside(pointer: string): string | null {
  return ASIDE.exec(pointer)?.[0] ?? null
}

/** A definition without some keys, so that what else is wrong with it can be told. */
export function withoutKeys(definition: JsonObject, pointers: readonly string[]): JsonObject {
  const copy = structuredClone(definition)
  for (const pointer of pointers) {
    const parts = pointer.split('/').slice(1).map(unescapePointer)
    const key = parts.pop() ?? ''
    const holder = parts.reduce<unknown>(
      (value, part) => (isHolder(value) ? Reflect.get(value, part) : undefined),
      copy,
    )
    if (isHolder(holder)) Reflect.deleteProperty(holder, key)
  }
  return copy
}

function isHolder(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

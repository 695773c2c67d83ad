import type { Registry } from '../registeredBlock.ts'
import { actionOf } from '../registeredBlock.ts'
import { namesVariable } from '../run/lookup.ts'
import { hasTags } from '../schemas/fits.ts'
import { isObject, type JsonObject } from '../values/json.ts'
import { wholePath } from './texts.ts'
import type { PostedCatch, PostedStep, WrittenJob } from './written.ts'

/** Blocks that make a variable whose name is a parameter. */
const SETTERS: ReadonlySet<string> = new Set(['VARIABLE.SET', 'VARIABLE.CREATE'])
const WRITERS: ReadonlySet<string> = new Set([...SETTERS, 'VARIABLE.DELETE'])

/** Categories whose blocks are known to make no variables of their own. */
const KNOWN = new Set([
  'TEXT',
  'MATH',
  'LOGIC',
  'LISTS',
  'DICTIONARY',
  'OBJECT',
  'VARIABLE',
  'FLOW',
  'HTTP',
  'JSON',
  'TIME',
  'CSV',
  'XML',
  'HTML',
  'CRYPTO',
  'ID',
])

/** The names of a job's variables, those that its steps make among them; null where a step may make others. */
export function variablesOf(job: WrittenJob, registry: Registry): ReadonlySet<string> | null {
  const names = new Set(Object.keys(job.variables ?? {}))
  for (const step of allSteps([...job.steps, ...(job.on_failure ?? [])])) {
    const block = registry.blocks.get(actionOf(step.action ?? 'FLOW.DO'))
    if (block === undefined || !block.mutates) continue
    if (!KNOWN.has(block.blockName.category ?? '')) return null
    if (!SETTERS.has(block.action)) continue
    const name = step.parameters?.['name']
    if (typeof name !== 'string' || hasTags(name)) return null
    names.add(name)
  }
  return names
}

/** Keywords by which a schema may name properties beside its own. */
const OPEN = ['additionalProperties', 'allOf', 'anyOf', 'oneOf', 'if', '$ref', 'dependentSchemas']

/** The names of a job's local values: those that are given and those of `inputs`; null: not known. */
export function localsOf({ local_values: given }: WrittenJob, inputs: JsonObject | null): ReadonlySet<string> | null {
  if (inputs === null) return given === undefined ? null : new Set(Object.keys(given))
  const properties = inputs['properties']
  if (!isObject(properties) || OPEN.some((keyword) => (inputs[keyword] ?? false) !== false)) return null
  return new Set([...Object.keys(properties), ...Object.keys(given ?? {})])
}

/** Whether a step changes a variable: by a block of its own, or in place by a parameter that names it as a whole. */
export function writesVariable(step: PostedStep, registry: Registry): boolean {
  const action = actionOf(step.action ?? 'FLOW.DO')
  if (WRITERS.has(action)) return true
  if (registry.blocks.get(action)?.mutates !== true) return false
  return Object.values(step.parameters ?? {}).some((value) => {
    const path = wholePath(value)
    return path !== null && namesVariable(path)
  })
}

/** The steps of a list and all below them. */
export function* allSteps(steps: readonly PostedStep[]): Generator<PostedStep> {
  for (const step of steps) {
    yield step
    yield* allSteps(step.steps ?? [])
    for (const branch of step.branches ?? []) yield* allSteps(branch.steps ?? [])
    for (const one of catchesOf(step)) yield* allSteps(one.steps ?? [])
    yield* allSteps(step.undo ?? [])
  }
}

function isList(caught: readonly PostedCatch[] | PostedCatch): caught is readonly PostedCatch[] {
  return Array.isArray(caught)
}

/** The catches of a step, as a list. */
export function catchesOf({ catch: caught }: PostedStep): readonly PostedCatch[] {
  if (caught === undefined) return []
  return isList(caught) ? caught : [caught]
}

import type { Definition, StepDefinition } from '../definition.ts'

/** A step as it is written, and where it stands. */
export type WrittenStep = {
  readonly definition: StepDefinition
  /** How many steps are around it. */
  readonly depth: number
  /** How many parts its path has beyond that of the step around it: its id, and often a round or a branch before. */
  readonly parts: 1 | 2
}

/** All steps of a definition in document order: as their `written` in entries counts them. */
export function writtenSteps(definition: Definition): readonly WrittenStep[] {
  const known = cache.get(definition)
  if (known !== undefined) return known
  const all: WrittenStep[] = []
  add(all, definition.steps, 0, 1)
  if (definition.onFailure !== null) add(all, definition.onFailure, 0, 2)
  cache.set(definition, all)
  return all
}

const cache = new WeakMap<Definition, readonly WrittenStep[]>()

function add(all: WrittenStep[], steps: readonly StepDefinition[], depth: number, parts: 1 | 2): void {
  for (const definition of steps) {
    all.push({ definition, depth, parts })
    const { more } = definition
    if (more === null) continue
    if (more.steps !== null) add(all, more.steps, depth + 1, definition.action === 'FLOW.DO' ? 1 : 2)
    for (const branch of more.branches ?? []) add(all, branch.steps, depth + 1, 2)
    for (const one of more.catches) add(all, one.steps, depth + 1, 2)
    if (more.undo !== null) add(all, more.undo, depth + 1, 2)
  }
}

/** The path of the step around one; null: it stands in the job itself. */
export function parentOf(path: string, { depth, parts }: WrittenStep): string | null {
  if (depth === 0) return null
  let end = path.length
  for (let i = 0; i < parts; i++) end = path.lastIndexOf('/', end - 1)
  return path.slice(0, end)
}

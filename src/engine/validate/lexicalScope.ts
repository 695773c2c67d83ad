import { nearestName } from '../nearest.ts'
import type { Registry } from '../registeredBlock.ts'
import type { SecretRules } from '../secrets/uses.ts'
import type { PostedStep } from './written.ts'

/** A list of steps that runs one after another, and how far it is looked at. */
export type ScopeSequence = {
  /** The first step of each id, made when it is first asked for. */
  byId?: ReadonlyMap<string, number>
  readonly steps: readonly PostedStep[]
  readonly outer: LexicalScope | null
  /** Names of this place alone, beside those around it: `item`, `failure` … */
  readonly roots: readonly string[]
}

/** Where a text stands: at a step of a sequence, or behind all of them. */
export type LexicalScope = {
  readonly sequence: ScopeSequence
  /** The step that the text belongs to; the number of steps: all of them may have run. */
  readonly index: number
}

/** What is known of the whole job. */
export type Known = {
  readonly registry: Registry
  /** The names of the variables; null: steps may set others. */
  readonly variables: ReadonlySet<string> | null
  /** The names of the locals; null: they are not given here. */
  readonly locals: ReadonlySet<string> | null
  /** What secrets are held against. */
  readonly secrets: SecretRules
  readonly suggestions: Suggestions
}

/** Finds names that were meant, as often as problems are told: to compare with a thousand names takes a millisecond. */
export class Suggestions {
  #left: number

  constructor(most: number) {
    this.#left = most
  }

  nearest(written: string, names: () => Iterable<string>): string | null {
    return this.#left-- > 0 ? nearestName(written, names()) : null
  }
}

/** The id of a step: its own, or its position as text. */
export function idOf({ id }: { readonly id?: string }, index: number): string {
  return id ?? String(index + 1)
}

/** A step that a name leads to from a scope, looked for outwards, and whether it can't have run yet. */
export type Found = { readonly step: PostedStep; readonly later: boolean }

/** The first step of that id in a sequence, from the innermost outwards; null: none is in reach. */
export function stepInReach(scope: LexicalScope, id: string): Found | null {
  for (let at: LexicalScope | null = scope; at !== null; at = at.sequence.outer) {
    const index = byIdOf(at.sequence).get(id) ?? -1
    const step = at.sequence.steps[index]
    if (step !== undefined) return { step, later: index >= at.index }
  }
  return null
}

function byIdOf(sequence: ScopeSequence): ReadonlyMap<string, number> {
  if (sequence.byId !== undefined) return sequence.byId
  const byId = new Map<string, number>()
  sequence.steps.forEach((step, index) => {
    const id = idOf(step, index)
    if (!byId.has(id)) byId.set(id, index)
  })
  sequence.byId = byId
  return byId
}

/** All ids that are in reach of a scope. */
export function idsInReach(scope: LexicalScope): string[] {
  const ids: string[] = []
  for (let at: LexicalScope | null = scope; at !== null; at = at.sequence.outer)
    ids.push(...at.sequence.steps.map(idOf))
  return ids
}

/** Whether a root such as `item` is in reach of a scope. */
export function hasRoot(scope: LexicalScope, name: string): boolean {
  for (let at: LexicalScope | null = scope; at !== null; at = at.sequence.outer) {
    if (at.sequence.roots.includes(name)) return true
  }
  return false
}

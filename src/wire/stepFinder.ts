import type { Definition, StepDefinition } from '../engine/definition.ts'
import { type WrittenStep, writtenSteps } from '../engine/plan/written.ts'

/** Finds the steps of a definition by the paths that they have in a run. */
export class StepFinder {
  readonly #definition: Definition
  /** Which catch of a step was taken, by the step's path. */
  readonly #handlers = new Map<string, number>()
  readonly #sequences = new Map<string, readonly StepDefinition[] | null>()
  #written: ReadonlyMap<StepDefinition, WrittenStep> | null = null

  constructor(definition: Definition) {
    this.#definition = definition
  }

  /** The catch with that number goes on in place of a step. */
  takeCatch(path: string, handler: number): void {
    this.#handlers.set(path, handler)
  }

  /** A step of a sequence, as it is written in the definition. Most jobs have no sequence but their own: none is looked up. */
  writtenOf(step: StepDefinition, sequence: string): WrittenStep {
    const own: WrittenStep = { definition: step, depth: 0, parts: 1 }
    if (sequence === '') return own
    this.#written ??= new Map(writtenSteps(this.#definition).map((one) => [one.definition, one]))
    return this.#written.get(step) ?? own
  }

  /** The steps of a sequence by what their paths begin with, '' for the job's own; null: there is no such sequence. */
  stepsOf(path: string): readonly StepDefinition[] | null {
    const known = this.#sequences.get(path)
    if (known !== undefined) return known
    const found = this.#find(path)
    this.#sequences.set(path, found)
    return found
  }

  /** The first step with a path. */
  stepAt(path: string): StepDefinition | null {
    const { sequence, id } = partedAt(path)
    return this.stepsOf(sequence)?.find((step) => step.id === id) ?? null
  }

  #find(path: string): readonly StepDefinition[] | null {
    const { steps, onFailure } = this.#definition
    if (path === '') return steps
    if (path === 'on_failure' && onFailure !== null) return onFailure
    const own = this.stepAt(path)
    if (own?.action === 'FLOW.DO') return own.more?.steps ?? null
    const { sequence: around, id: part } = partedAt(path)
    const more = around === '' ? undefined : this.stepAt(around)?.more
    if (more == null) return null
    if (part === 'catch') return more.catches[this.#handlers.get(around) ?? 0]?.steps ?? null
    if (part === 'undo') return more.undo
    if (more.branches !== null) return more.branches.find(({ id }) => id === part)?.steps ?? null
    return part === 'wait' || /^\d+$/.test(part) ? more.steps : null
  }
}

/** A path without its last part, '' where it has one alone, and that part. */
export function partedAt(path: string): { readonly sequence: string; readonly id: string } {
  const end = path.lastIndexOf('/')
  return end < 0 ? { sequence: '', id: path } : { sequence: path.slice(0, end), id: path.slice(end + 1) }
}

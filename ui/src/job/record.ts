import type { StepView } from '../wire.ts'

/** The steps below one place of the tree (null: the job's own), as far as they were read. */
type Sequence = { readonly paths: Set<string>; isComplete: boolean }

/**
 * What is known of a job's steps, by path: pages that were read and events that were told, in whichever order they came.
 * Views read a snapshot; a burst of events makes one.
 */
export class JobRecord {
  readonly #steps = new Map<string, StepView>()
  readonly #sequences = new Map<string | null, Sequence>()
  readonly #listeners = new Set<() => void>()
  #version = 0
  #isTelling = false

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Changes with every change of the record. */
  readonly version = (): number => this.#version

  step(path: string): StepView | undefined {
    return this.#steps.get(path)
  }

  /** The steps right below a place, in order; undefined where nothing was read yet. */
  below(parent: string | null): StepView[] | undefined {
    const sequence = this.#sequences.get(parent)
    if (sequence === undefined) return undefined
    return [...sequence.paths].flatMap((path) => this.#steps.get(path) ?? [])
  }

  /** The steps that wait, as far as they were read: of branches and rounds there may be many. */
  waiting(): StepView[] {
    return [...this.#steps.values()].filter(({ waiting }) => waiting !== null && waiting !== undefined)
  }

  isComplete(parent: string | null): boolean {
    return this.#sequences.get(parent)?.isComplete === true
  }

  /** A page of the steps below a place was read; what events told of them meanwhile is newer. */
  read(parent: string | null, steps: readonly StepView[], isLast: boolean): void {
    const sequence = this.#sequenceAt(parent)
    for (const step of steps) {
      sequence.paths.add(keyOf(step))
      this.#steps.set(keyOf(step), newerOf(step, this.#steps.get(keyOf(step))))
    }
    if (isLast) sequence.isComplete = true
    this.#tell()
  }

  /** An event told of a step. */
  tell(step: StepView): void {
    const parent = step.parent ?? null
    // An event leaves counts of what is below out.
    this.#steps.set(keyOf(step), { ...this.#steps.get(keyOf(step)), ...step })
    // Of a place that nobody looked into yet all is read when somebody does.
    if (this.#sequences.has(parent)) this.#sequenceAt(parent).paths.add(keyOf(step))
    this.#tell()
  }

  /** Something happened to a step that is not its end. */
  change(path: string, change: Partial<StepView>): void {
    const step = this.#steps.get(path)
    if (step === undefined) return
    this.#steps.set(path, { ...step, ...change })
    this.#tell()
  }

  #sequenceAt(parent: string | null): Sequence {
    const sequence = this.#sequences.get(parent) ?? { paths: new Set<string>(), isComplete: false }
    this.#sequences.set(parent, sequence)
    return sequence
  }

  #tell(): void {
    if (this.#isTelling) return
    this.#isTelling = true
    requestAnimationFrame(() => {
      this.#isTelling = false
      this.#version += 1
      for (const listener of this.#listeners) listener()
    })
  }
}

/**
 * A step that runs is read as far as it is committed, and how far it says it is as it was kept, up to half a second later:
 * its end, its next attempt and its progress are told sooner.
 */
function newerOf(read: StepView, told: StepView | undefined): StepView {
  if (told === undefined || read.finished_at !== null) return read
  const isAhead = told.finished_at !== null || (told.attempt ?? 0) > (read.attempt ?? 0)
  if (isAhead) return { ...read, ...told }
  const progress = told.attempt === read.attempt ? told.progress : null
  return progress == null ? read : { ...read, progress }
}

/** Steps with one id in one sequence share their path; only the first ever runs. */
function keyOf(step: StepView): string {
  return step.status.name === 'DUPLICATE_STEP_IDS' ? `${step.path}#${step.position}` : step.path
}

/** A line of the tree: a step, or the head of a round, a branch, a catch that steps stand below. */
export type Line =
  | {
      readonly kind: 'step'
      readonly key: string
      readonly level: number
      readonly step: StepView
      readonly opens: boolean
      /** A loop of so many steps that it begins folded, and nothing below it is read. */
      readonly folds: boolean
    }
  | {
      readonly kind: 'group'
      readonly key: string
      readonly level: number
      readonly name: string
      readonly of: StepView
      readonly steps: readonly StepView[]
      /** One of so many rounds that they begin folded. */
      readonly folds: boolean
    }

const GROUPED: ReadonlySet<string> = new Set(['FLOW.EACH', 'FLOW.REPEAT', 'FLOW.CHOOSE', 'FLOW.PARALLEL'])
const NAMED: ReadonlySet<string> = new Set(['catch', 'undo', 'wait'])
const LOOPS: ReadonlySet<string> = new Set(['FLOW.EACH', 'FLOW.REPEAT'])
/** The rounds of a loop that has more begin folded. */
const UNFOLDED_ROUNDS = 3
/** A loop that has more steps in its rounds begins folded itself. */
const UNFOLDED_STEPS = 100

/** Whether what is below a container stands in rounds. */
export function isLoop({ action }: StepView): boolean {
  return LOOPS.has(action)
}

/** The lines to draw, from the top down, by what is open. */
export function linesOf(record: JobRecord, isOpen: (key: string, folds: boolean) => boolean): Line[] {
  const lines: Line[] = []
  const add = (steps: readonly StepView[], level: number): void => {
    for (const step of steps) {
      const key = keyOf(step)
      const opens = (step.children?.total ?? 0) > 0
      const folds = isLoop(step) && (step.children?.total ?? 0) > UNFOLDED_STEPS
      lines.push({ kind: 'step', key, level, step, opens, folds })
      if (opens && isOpen(key, folds)) addBelow(step, level + 1)
    }
  }
  const addBelow = (container: StepView, level: number): void => {
    const below = record.below(container.path) ?? []
    const groups = groupsOf(container, below)
    const folds = isLoop(container) && groups.size > UNFOLDED_ROUNDS
    for (const [name, steps] of groups) {
      if (name === null) {
        add(steps, level)
        continue
      }
      const key = `${container.path}/${name}/`
      lines.push({ kind: 'group', key, level, name, of: container, steps, folds })
      if (isOpen(key, folds)) add(steps, level + 1)
    }
  }
  add(record.below(null) ?? [], 1)
  return lines
}

/** Steps below a container by what stands between its path and theirs: a round, a branch, `catch`; null: nothing. */
function groupsOf(container: StepView, below: readonly StepView[]): Map<string | null, StepView[]> {
  const groups = new Map<string | null, StepView[]>()
  for (const step of below) {
    const [first = '', rest] = step.path.slice(container.path.length + 1).split('/')
    const group = rest !== undefined && (GROUPED.has(container.action) || NAMED.has(first)) ? first : null
    groups.set(group, [...(groups.get(group) ?? []), step])
  }
  return groups
}

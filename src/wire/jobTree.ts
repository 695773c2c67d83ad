import type { Progress } from '../engine/block.ts'
import type { Definition, StepDefinition } from '../engine/definition.ts'
import { parentOf, type WrittenStep } from '../engine/plan/written.ts'
import type { Attempt, MarkEntry, StepEntry, Wait, WaitEntry } from '../engine/run/entry.ts'
import { isFailure } from '../engine/status.ts'
import { isObject, type Json } from '../engine/values/json.ts'
import { partedAt, StepFinder } from './stepFinder.ts'

/** How a step ended, as far as the wire tells it. */
export type StepEnd = Pick<
  StepEntry,
  | 'path'
  | 'status'
  | 'attempt'
  | 'attempts'
  | 'startedAt'
  | 'finishedAt'
  | 'returnValue'
  | 'error'
  | 'copied'
  | 'resolved'
>

/** What happened in a run, with its place among what was told; null: it is not told. */
export type TreeEntry = {
  readonly seq: number | null
  readonly entry: (StepEnd & { readonly kind: 'step'; readonly position: number }) | WaitEntry | MarkEntry
}

/** What is on record of a step that is not over. */
export type OpenStep = {
  readonly startedAt: number | null
  readonly attempt: number
  readonly attempts: readonly Attempt[]
  /** What its catch works on. */
  readonly error: Json | null
  readonly wait: Wait | null
}

/** A step in a job's tree: in a sequence that began, as far as it is on record. */
export type TreeStep = {
  readonly written: WrittenStep
  readonly path: string
  /** The path of the step around it; null: it stands in the job itself. */
  readonly parent: string | null
  seq: number | null
  end: StepEnd | null
  open: OpenStep | null
  /** What its block said last, where that is known. */
  progress?: Progress
  /** The steps below it, in the order in which their sequences began. */
  readonly children: TreeStep[]
}

const UNBEGUN: OpenStep = { startedAt: null, attempt: 0, attempts: [], error: null, wait: null }

/** The steps of a job as its journal tells of them: those of each sequence that began, rounds and branches included. */
export class JobTree {
  /** The job's own steps, and those of its handler. */
  readonly top: TreeStep[] = []
  readonly handler: TreeStep[] = []
  /** How many steps are on record. */
  records = 0
  readonly #finder: StepFinder
  readonly #sequences = new Map<string, TreeStep[]>()
  /** Loops that are under way: how many rounds began, of how many. */
  readonly #loops = new Map<string, { begun: number; readonly rounds: number; readonly goesOn: boolean }>()

  constructor(definition: Definition, entries: Iterable<TreeEntry> = []) {
    this.#finder = new StepFinder(definition)
    this.#begin('')
    for (const { entry, seq } of entries) this.#take(entry, seq)
  }

  /** The step with that path, where several have one id the first; undefined: there is none, or it did not begin. */
  at(path: string): TreeStep | undefined {
    return this.#sequences.get(partedAt(path).sequence)?.find((step) => step.path === path)
  }

  /** Notes what the blocks of steps that run said last, by their paths. */
  takeProgress(said: Readonly<Record<string, Progress>>): void {
    for (const [path, progress] of Object.entries(said)) {
      const step = this.at(path)
      if (step !== undefined) step.progress = progress
    }
  }

  /**
   * Notes which step is being called: no entry tells of it before it ends or waits. Its moment is the last on record before
   * it, as it was called right after; one whose wait for another attempt is over by `now` makes that attempt.
   *
   * @param begun when the run first began
   * @param now null: the job waits
   */
  takeCurrent(path: string, begun: number, now: number | null): void {
    const step = this.at(path)
    if (step === undefined) return
    if (!isBegun(step)) {
      step.open = { ...UNBEGUN, startedAt: Math.max(begun, this.#lastBefore(partedAt(path).sequence)), attempt: 1 }
    } else if (now !== null && step.open?.wait?.kind === 'retry' && step.open.wait.until <= now) {
      step.open = { ...step.open, attempt: step.open.attempts.length + 1, wait: null }
    }
  }

  /** All steps, each before those below it. */
  all(): TreeStep[] {
    const all: TreeStep[] = []
    const add = (steps: readonly TreeStep[]): void => {
      for (const step of steps) {
        all.push(step)
        add(step.children)
      }
    }
    add(this.top)
    add(this.handler)
    return all
  }

  #take(entry: TreeEntry['entry'], seq: number | null): void {
    if (entry.kind === 'step') return this.#takeEnd(entry, seq)
    if (entry.path === '') return this.#haltBelow('')
    if (entry.kind === 'mark' && entry.mark.kind === 'value') return
    const { sequence, id } = partedAt(entry.path)
    const steps = this.#begin(sequence)
    const step = steps.find((one) => one.end === null && one.written.definition.id === id)
    if (step === undefined) return
    if (entry.kind === 'mark') return this.#takeMark(step, entry)
    this.#open(step, entry.at, entry.wait)
    if (step.written.definition.more?.steps != null) this.#begin(`${entry.path}/wait`)
  }

  #takeEnd(entry: StepEnd & { readonly position: number }, seq: number | null): void {
    this.records++
    const { sequence } = partedAt(entry.path)
    const steps = this.#begin(sequence)
    const step = steps[entry.position - 1]
    if (step === undefined) return
    step.seq = seq
    step.end = entry
    step.open = null
    this.#loops.delete(entry.path)
    this.#dropUnbegun(step)
    if (entry.position === steps.length) this.#goOn(sequence, steps)
  }

  #takeMark(step: TreeStep, { at, mark }: MarkEntry): void {
    const open = step.open ?? UNBEGUN
    switch (mark.kind) {
      case 'begun':
        this.#open(step, at, waitOf(step.written.definition, mark.decision, at, mark.until))
        return this.#beginBelow(step, mark.decision)
      case 'attempt': {
        const attempts = [...open.attempts, mark.attempt]
        const wait: Wait = { kind: 'retry', since: at, until: mark.until }
        const startedAt = open.startedAt ?? mark.attempt.startedAt
        step.open = { ...open, startedAt, attempts, attempt: attempts.length, wait }
        return
      }
      case 'caught':
        this.#finder.takeCatch(step.path, mark.handler)
        this.#begin(`${step.path}/catch`)
        step.open = { ...open, error: mark.failure.error, attempt: mark.attempt, wait: null }
        return
      case 'round': {
        const wait: Wait | null = mark.until === null ? null : { kind: 'every', since: at, until: mark.until }
        step.open = { ...open, wait }
        // A round that is paused before begins with the mark that ends the pause.
        if (mark.until === null) this.#begin(`${step.path}/${mark.round}`)
        return
      }
      case 'stopped':
        this.#haltBelow(`${step.path}/`)
        if (mark.timeout) step.open = { ...open, wait: null }
        return
      default:
        step.open = { ...open, wait: null }
    }
  }

  #open(step: TreeStep, at: number, wait: Wait | null): void {
    const { startedAt, attempts, error } = step.open ?? UNBEGUN
    step.open = { startedAt: startedAt ?? at, attempt: attempts.length + 1, attempts, error, wait }
  }

  /** Begins what an action decided to run. */
  #beginBelow({ path, written: { definition } }: TreeStep, decision: Json): void {
    const branches = definition.more?.branches ?? []
    const begin = (number: unknown): void => {
      const branch = typeof number === 'number' ? branches[number] : undefined
      if (branch !== undefined) this.#begin(`${path}/${branch.id}`)
    }
    const { items, concurrency, goesOn, branches: taken } = (isObject(decision) ? decision : {}) as Decided
    switch (definition.action) {
      case 'FLOW.DO':
        this.#begin(path)
        return
      case 'FLOW.CHOOSE':
        return begin(decision)
      case 'FLOW.PARALLEL':
        for (const number of taken ?? []) begin(number)
        return
      case 'FLOW.REPEAT':
        this.#begin(`${path}/0`)
        return
      case 'FLOW.EACH':
        this.#loops.set(path, { begun: 0, rounds: items?.length ?? 0, goesOn: goesOn === true })
        for (let i = 0; i < (concurrency ?? 1); i++) this.#beginRound(path)
    }
  }

  #beginRound(path: string): void {
    const loop = this.#loops.get(path)
    if (loop !== undefined && loop.begun < loop.rounds) this.#begin(`${path}/${loop.begun++}`)
  }

  /** A round is over: the next one of its loop begins. */
  #goOn(sequence: string, steps: readonly TreeStep[]): void {
    const path = partedAt(sequence).sequence
    const loop = this.#loops.get(path)
    if (loop === undefined) return
    const failed = steps.some(({ end }) => end !== null && isFailure(end.status))
    if (!failed || loop.goesOn) this.#beginRound(path)
  }

  /** A step is over: what of the sequences below it has not begun never does, as after a stop or in a round that was to follow. */
  #dropUnbegun({ children }: TreeStep): void {
    if (children.every(isBegun)) return
    for (const sequence of new Set(children.map((step) => partedAt(step.path).sequence))) {
      const steps = this.#sequences.get(sequence) ?? []
      steps.splice(0, steps.length, ...steps.filter(isBegun))
    }
    children.splice(0, children.length, ...children.filter(isBegun))
  }

  /** The last moment on record in a sequence; before its first, that of the round before, or of what is around it. */
  #lastBefore(sequence: string): number {
    const own = this.#lastIn(sequence)
    if (own > 0 || sequence === '') return own
    const { sequence: around, id } = partedAt(sequence)
    return Math.max(this.#lastIn(`${around}/${Number(id) - 1}`), this.#lastBefore(around))
  }

  #lastIn(sequence: string): number {
    const steps = this.#sequences.get(sequence) ?? []
    return steps.reduce((last, { end, open }) => Math.max(last, end?.finishedAt ?? open?.startedAt ?? 0), 0)
  }

  /** What begins with a path waits no longer. */
  #haltBelow(prefix: string): void {
    for (const [sequence, steps] of this.#sequences) {
      if (!`${sequence}/`.startsWith(prefix)) continue
      for (const step of steps) if (step.open !== null) step.open = { ...step.open, wait: null }
    }
  }

  /** The steps of a sequence, which began. */
  #begin(sequence: string): TreeStep[] {
    const known = this.#sequences.get(sequence)
    if (known !== undefined) return known
    const steps = (this.#finder.stepsOf(sequence) ?? []).map((step) => this.#unbegun(sequence, step))
    this.#sequences.set(sequence, steps)
    this.#around(sequence, steps).push(...steps)
    return steps
  }

  /** Where a sequence that begins is shown. */
  #around(sequence: string, [first]: readonly TreeStep[]): TreeStep[] {
    if (sequence === '') return this.top
    if (first === undefined || first.parent === null) return this.handler
    this.#begin(partedAt(first.parent).sequence)
    return this.at(first.parent)?.children ?? []
  }

  #unbegun(sequence: string, definition: StepDefinition): TreeStep {
    const written = this.#finder.writtenOf(definition, sequence)
    const path = sequence === '' ? definition.id : `${sequence}/${definition.id}`
    return { written, path, parent: parentOf(path, written), seq: null, end: null, open: null, children: [] }
  }
}

function isBegun({ end, open, children }: TreeStep): boolean {
  return end !== null || open !== null || children.length > 0
}

type Decided = {
  readonly items?: readonly Json[]
  readonly concurrency?: number
  readonly goesOn?: boolean
  readonly branches?: readonly number[]
}

/** What a step waits for that is told by no entry of its own. */
function waitOf({ action }: StepDefinition, decision: Json, since: number, until: number | null): Wait | null {
  if (action === 'FLOW.SLEEP' || !action.startsWith('FLOW.')) {
    return { kind: 'sleep', since, until: typeof decision === 'number' ? decision : since }
  }
  if (action !== 'FLOW.JOB' || !isObject(decision)) return null
  const { id } = decision
  return typeof id === 'string' ? { kind: 'job', since, until, id } : null
}

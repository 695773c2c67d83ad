import type { Plan } from '../plan/plan.ts'
import { apply } from '../run/apply.ts'
import type { Entry, FailureText, Mark, StepEntry, Wait } from '../run/entry.ts'
import { DEFAULT_LIMITS } from '../run/limits.ts'
import { pathIn } from '../run/open.ts'
import { createRun } from '../run/run.ts'
import type { RunContext } from '../run/runContext.ts'
import type { RunState, Sequence } from '../run/state.ts'
import type { JsonObject } from '../values/json.ts'
import { entriesBefore, type From } from './cut.ts'
import { parseObject } from '../values/parseJson.ts'

/** What a run begins with that goes on from a step of another: entries, and the job's variables after them. */
export type TakenOver = { readonly entries: readonly Entry[]; readonly variables: JsonObject }

/** Why nothing can be taken over: the step can't be the next one, or another definition could not have this record. */
export type NotTaken = { readonly unreached: string } | { readonly unplaced: string }

/**
 * What a run takes over of another that is over, so that it goes on from a step: the entries before it, as those of a run
 * that was just left there. What was open around the step has the time that it had left then.
 *
 * @param plan that of the new run; of another version where `moved`
 * @param variables those that are changed, over those of then
 */
export function takeOver(
  plan: Plan,
  entries: readonly Entry[],
  from: From,
  { variables, now, moved }: { readonly variables: JsonObject; readonly now: number; readonly moved: boolean },
): TakenOver | NotTaken {
  const before = entriesBefore(entries, from)
  const later = now - begunAt(entries, before, from)
  const taken = shifted(renumbered(entries, before), later)
  const run = emptyRun(plan)
  const placed = fold(run, taken, moved ? from.path : null)
  if ('unplaced' in placed) return placed
  const sequence = sequenceOf(run, parentPath(from.path))
  if (sequence === undefined || nextPath(run, from.path) !== from.path) return { unreached: from.path }
  if (Object.keys(variables).length > 0) placed.entries.push(changeVariables(run, sequence, variables, now))
  return { entries: placed.entries, variables: parseObject(run.top.variables.text) }
}

/**
 * Entries as they stand in the new run: each step at its place in the new definition, marked as a copy.
 *
 * @param moved where the definition is of another version, the step to go on from: it may be where the other had another
 */
function fold(
  run: RunState,
  entries: readonly Entry[],
  moved: string | null,
): { entries: Entry[] } | { unplaced: string } {
  const placed: Entry[] = []
  for (const entry of entries) {
    const copy = entry.kind !== 'step' ? entry : moved === null ? copyOf(entry) : placeStep(run, entry)
    if (copy === null && moved !== null && nextPath(run, moved) === moved) break
    if (copy === null) return { unplaced: entry.path }
    try {
      apply(run, copy)
    } catch (error) {
      // A decision that another version's steps give no place for.
      if (moved !== null) return { unplaced: entry.path }
      throw error
    }
    placed.push(copy)
  }
  return { entries: placed }
}

function copyOf(entry: StepEntry): StepEntry {
  return { ...entry, copied: true }
}

function placeStep(run: RunState, entry: StepEntry): StepEntry | null {
  const { path } = entry
  const sequence = sequenceOf(run, parentPath(path))
  const step = sequence?.plan.steps[sequence.next]
  if (sequence === undefined || step === undefined || nextPath(run, path) !== path) return null
  return { ...copyOf(entry), position: sequence.next + 1, written: step.written }
}

/** The path of the step that the sequence of a path has come to; null: there is no such sequence, or it has none. */
function nextPath(run: RunState, path: string): string | null {
  const sequence = sequenceOf(run, parentPath(path))
  const step = sequence?.plan.steps[sequence.next]
  return sequence === undefined || step === undefined ? null : pathIn(sequence, step.definition.id)
}

function changeVariables(run: RunState, sequence: Sequence, changes: JsonObject, now: number): Entry {
  const variables = { ...parseObject(sequence.variables.text), ...changes }
  const entry: Entry = { kind: 'mark', path: sequence.path, at: now, mark: { kind: 'variables', variables } }
  apply(run, entry)
  return entry
}

function parentPath(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : ''
}

function sequenceOf(run: RunState, path: string): Sequence | undefined {
  return path === '' ? run.top : run.sequences.get(path)
}

/** When the step began in the other run. */
function begunAt(entries: readonly Entry[], before: readonly Entry[], { path, record }: From): number {
  const end = entries[record]
  const kept = new Set(before)
  const first = entries.find((entry) => entry.path === path && entry.kind !== 'step' && !kept.has(entry))
  if (first !== undefined && first.kind !== 'step') return first.at
  if (end?.kind === 'step') return end.startedAt ?? end.finishedAt
  const last = before.at(-1)
  if (last === undefined) return 0
  return last.kind === 'step' ? last.finishedAt : last.at
}

/** A deadline that is open has as long to go as it had then. */
function shifted(entries: readonly Entry[], later: number): Entry[] {
  const over = new Set(entries.flatMap(({ kind, path }) => (kind === 'step' ? [path] : [])))
  return entries.map((entry): Entry => {
    if (entry.kind === 'step' || over.has(entry.path)) return entry
    if (entry.kind === 'waiting') return { ...entry, wait: withUntil(entry.wait, later) }
    const { mark } = entry
    return 'until' in mark ? { ...entry, mark: withUntil(mark, later) } : entry
  })
}

function withUntil<T extends Extract<Mark, { until: unknown }> | Wait>(timed: T, later: number): T {
  return timed.until === null ? timed : { ...timed, until: timed.until + later }
}

/** Failures name the record that tells of them by its seq, which is another where something before it was left out. */
function renumbered(entries: readonly Entry[], kept: readonly Entry[]): Entry[] {
  const told = (some: readonly Entry[]): Entry[] => some.filter(({ kind }) => kind !== 'mark')
  const news = new Map(told(kept).map((entry, i) => [entry, i + 1]))
  const seqs = new Map(told(entries).map((entry, i) => [i + 1, news.get(entry) ?? 0]))
  const renumber = (failure: FailureText): FailureText => ({
    ...failure,
    seq: seqs.get(failure.seq) ?? 0,
    inner: failure.inner === null ? null : renumber(failure.inner),
  })
  return kept.map((entry) => {
    if (entry.kind !== 'mark' || !('failure' in entry.mark)) return entry
    return { ...entry, mark: { ...entry.mark, failure: renumber(entry.mark.failure) } }
  })
}

const ignore = (): void => undefined

/** Nothing runs in it: entries are folded, and that asks for nothing from outside. */
function emptyRun(plan: Plan): RunState {
  const { name, tags, metadata } = plan.definition
  const context: RunContext = {
    job: { id: '', tenant: '', name, tags, metadata },
    createdAt: 0,
    clock: { now: () => 0, monotonic: () => 0, after: () => ignore },
    limits: DEFAULT_LIMITS,
    globals: {},
    log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
    random: () => 0,
    idempotencyKey: () => '',
  }
  return createRun(plan, context, 0)
}

import type { Attempt, Cause, Entry, MarkEntry, StepEntry, WaitEntry } from '../../engine/run/entry.ts'
import { type FinalStatus, finalStatusName, STATUS_VALUES } from '../../engine/status.ts'
import type { Json } from '../../engine/values/json.ts'
import { storedJson } from '../../engine/values/storedJson.ts'

/*
 * An entry as it is stored: a JSON array, each thing in its place, nulls at the end left out. Arrays can be taken apart
 * in SQL without looking into what stands in them, where users' values may hold what Postgres' texts can't (NUL).
 *
 *   ["step", path, position, written, status, started_at, finished_at, value, attempt, cause, attempts, error, scope,
 *    variables, copied, resolved]
 *   ["waiting", path, at, wait, written]
 *   ["mark", path, at, mark]
 *
 * `attempt` is null for what goes without saying: one where the block was called, else none. Variables of the job's own
 * scope, '', that are the last of a row stand in a column of the row, and null in their place; 0 stands for those that a
 * later step of the same write changed again. `copied` is 1 for what was taken over from another job.
 */

/** A step as it is told: what its entry says, without what only a run needs. */
export type RecordedStep = Omit<StepEntry, 'json' | 'variables'>

/** The variables that an entry left; `json` null: they stand in its row's column. */
export type StoredVariables = { readonly scope: string; readonly json: string | null }

/** An entry as it was read. */
export type StoredEntry =
  | {
      readonly kind: 'step'
      readonly step: RecordedStep
      readonly variables: StoredVariables | null
      /** The version before wrote it: a row a step, without causes and marks. */
      readonly oldForm: boolean
    }
  | { readonly kind: 'waiting'; readonly entry: WaitEntry }
  | { readonly kind: 'mark'; readonly entry: MarkEntry }

/** An entry as JSON text. @param variables what to write of its variables */
export function writeEntry(entry: Entry, variables: StoredVariables | null): string {
  if (entry.kind === 'step') return writeStep(entry, variables)
  const { kind, path, at } = entry
  return JSON.stringify(kind === 'mark' ? [kind, path, at, entry.mark] : [kind, path, at, entry.wait, entry.written])
}

function writeStep(step: StepEntry, variables: StoredVariables | null): string {
  const { path, position, written, status, startedAt, finishedAt, json } = step
  const ordinals = `${JSON.stringify(path)},${position},${written}`
  const head = `["step",${ordinals},${STATUS_VALUES[status]},${startedAt},${finishedAt},${json}`
  return `${head}${writeRest(step, variables)}]`
}

/** What most steps have nothing of. */
function writeRest(step: StepEntry, variables: StoredVariables | null): string {
  const { attempt, cause, attempts, error, startedAt, status, superseded, copied, resolved } = step
  const scope = variables?.scope ?? superseded ?? null
  const parts = [
    attempt === usualAttempts(startedAt, status) ? null : String(attempt),
    cause === null ? null : JSON.stringify(cause),
    attempts === null ? null : JSON.stringify(attempts),
    error === null ? null : JSON.stringify(error),
    scope === null ? null : JSON.stringify(scope),
    variables === null ? (superseded === undefined ? null : '0') : variables.json,
    copied === true ? '1' : null,
    resolved ?? null,
  ]
  let last = parts.length
  while (last > 0 && parts[last - 1] === null) last--
  let text = ''
  for (let i = 0; i < last; i++) text += `,${parts[i]}`
  return text
}

/** A step whose parameters did not fit was attempted, though its block was not called. */
function usualAttempts(startedAt: number | null, status: FinalStatus): number {
  return startedAt === null && status !== 'INVALID_TYPE' ? 0 : 1
}

type StepItems = [
  'step',
  string | null,
  number,
  number,
  number,
  number | null,
  number,
  Json,
  (number | null)?,
  (Cause | null)?,
  (Attempt[] | null)?,
  (Json | null)?,
  (string | null)?,
  (Json | null)?,
  (1 | null)?,
  (Json | null)?,
]
type Items =
  | StepItems
  | ['waiting', string, number, WaitEntry['wait'], number]
  | ['mark', string, number, MarkEntry['mark']]

const ITEMS = storedJson<Items[]>()

/**
 * The entries of a row.
 *
 * @param pathAt the path of a step by its position, for rows of the version before, which have none
 */
export function readEntries(text: string, pathAt: (position: number) => string): StoredEntry[] {
  return ITEMS.read(text).map((items) => readEntry(items, pathAt))
}

function readEntry(items: Items, pathAt: (position: number) => string): StoredEntry {
  switch (items[0]) {
    case 'step':
      return readStep(items, pathAt)
    case 'waiting':
      return {
        kind: 'waiting',
        entry: { kind: 'waiting', path: items[1], written: items[4], at: items[2], wait: items[3] },
      }
    case 'mark':
      return { kind: 'mark', entry: { kind: 'mark', path: items[1], at: items[2], mark: items[3] } }
  }
}

function readStep(items: StepItems, pathAt: (position: number) => string): StoredEntry {
  const [, path, position, written, status, startedAt, finishedAt, returnValue, ...rest] = items
  const [attempt, cause = null, attempts = null, error = null, scope = null, variables, copied, resolved] = rest
  const final = finalStatusName(status)
  const step: RecordedStep = {
    kind: 'step',
    path: path ?? pathAt(position),
    position,
    written,
    status: final,
    cause,
    attempt: attempt ?? usualAttempts(startedAt, final),
    attempts,
    startedAt,
    finishedAt,
    returnValue,
    error,
    ...(scope !== null && variables === 0 ? { superseded: scope } : {}),
    ...(copied === 1 ? { copied: true as const } : {}),
    ...(resolved == null ? {} : { resolved: JSON.stringify(resolved) }),
  }
  const oldForm = path === null
  if (scope === null || variables === 0) return { kind: 'step', step, variables: null, oldForm }
  const json = variables == null ? null : JSON.stringify(variables)
  return { kind: 'step', step, variables: { scope, json }, oldForm }
}

/** Whether an entry is told, as an event with a `seq`. */
export function isTold({ kind }: { readonly kind: Entry['kind'] }): boolean {
  return kind !== 'mark'
}

import type { Entry, StepEntry } from '../run/entry.ts'

/** A step of a run that is over, from which another goes on: its path, and the index of its record; -1: it has none. */
export type From = { readonly path: string; readonly record: number }

/** Whether a path lies below that of a step. */
export function isBelow(path: string, step: string): boolean {
  return path.startsWith(`${step}/`)
}

/**
 * What was on record before a step, in order: the entries up to its own record, or up to what ended it from outside. Nothing
 * of the step itself and of what is below it is among them, and no cancel and no end of the job's time: those were the
 * other run's.
 */
export function entriesBefore(entries: readonly Entry[], from: From): Entry[] {
  const own = ownOf(entries, from)
  const before = entries.slice(0, cutAt(entries, from, own)).filter((entry) => !own.has(entry))
  const kept = before.filter((entry) => !isCommand(entry))
  const unknown = lastUnknown(kept)
  if (unknown === null) return withoutInFlight(kept, from.path)
  return entriesBefore(entries, { path: unknown.path, record: entries.indexOf(unknown) })
}

function cutAt(entries: readonly Entry[], { path, record }: From, own: ReadonlySet<Entry>): number {
  const above = entries.findIndex((entry) => entry.kind === 'step' && isBelow(path, entry.path))
  const end = record >= 0 ? record : above < 0 ? entries.length : above
  const causes = new Set([...own].map((entry) => (entry.kind === 'step' ? entry.cause : null)))
  const opened = entries.findIndex((entry) => own.has(entry) && entry.kind !== 'step')
  const halted = entries.findIndex((entry, i) => {
    const begun = opened < 0 ? null : opened < i
    return i < end && !own.has(entry) && halts(entry, { path, causes, begun })
  })
  return halted < 0 ? end : halted
}

/** What is known of a step: `begun` says whether it waited or had others below it by then; null: a block, which has no mark. */
type Known = {
  readonly path: string
  readonly causes: ReadonlySet<string | null>
  readonly begun: boolean | null
}

/** Whether an entry ended a step that was being run then. */
function halts(entry: Entry, { path, causes, begun }: Known): boolean {
  if (entry.kind !== 'mark') return false
  const { mark } = entry
  const isAround = isBelow(path, entry.path)
  switch (mark.kind) {
    case 'timed-out':
      return causes.has('job-timeout')
    case 'cancelled':
      return begun ?? (mark.inHand === null ? causes.has('cancelled') : isInHand(mark.inHand, path))
    case 'taken':
    case 'failed':
      // Forced steps and undos begin after it.
      return isAround && (begun ?? isInHand(mark.inHand ?? [], path))
    case 'stopped':
      return (isAround && begun === true) || isInHand(mark.inHand, path)
    case 'end':
      return begun ?? isInHand(mark.inHand, path)
    default:
      return false
  }
}

function isInHand(inHand: readonly string[], path: string): boolean {
  return inHand.some((one) => one === path || isBelow(one, path))
}

/** Entries of the step itself and of what is below it; those of an earlier step with its path are none. */
function ownOf(entries: readonly Entry[], { path, record }: From): Set<Entry> {
  const earlier = entries.findLastIndex((one, i) => i < record && one.kind === 'step' && one.path === path)
  return new Set(entries.filter((entry, i) => i > earlier && (entry.path === path || isBelow(entry.path, path))))
}

function isCommand(entry: Entry): boolean {
  return entry.kind === 'mark' && (entry.mark.kind === 'cancelled' || entry.mark.kind === 'timed-out')
}

/** The last step that changed a scope's variables, where only later ones of its commit were written. */
function lastUnknown(entries: readonly Entry[]): StepEntry | null {
  const known = new Set<string>()
  for (const entry of entries.toReversed()) {
    if (entry.kind !== 'step') continue
    if (entry.superseded !== undefined && !known.has(entry.superseded)) return entry
    if (entry.variables !== null) known.add(entry.variables.scope)
  }
  return null
}

/** What waited or backed off on another path, and did nothing yet, begins anew. */
function withoutInFlight(entries: readonly Entry[], from: string): Entry[] {
  const recorded = new Set(entries.flatMap((entry) => (entry.kind === 'step' ? [entry.path] : [])))
  const paths = new Set(entries.flatMap(({ kind, path }) => (kind !== 'step' && !recorded.has(path) ? [path] : [])))
  const dropped = [...paths].filter((path) => {
    if (path === from || isBelow(from, path)) return false
    const marks = entries.filter((entry) => entry.path === path)
    const waits = marks.some(({ kind }) => kind === 'waiting') || marks.every((entry) => isMark(entry, 'attempt'))
    return waits && !marks.some((entry) => isMark(entry, 'caught')) && ![...recorded].some((one) => isBelow(one, path))
  })
  return entries.filter(({ path }) => !dropped.some((one) => path === one || isBelow(path, one)))
}

function isMark(entry: Entry, kind: string): boolean {
  return entry.kind === 'mark' && entry.mark.kind === kind
}

import type { Entry, StepEntry, Wait, WaitEntry } from '../../engine/run/entry.ts'
import { waitIdOf } from '../../engine/run/reach.ts'
import type { RunState } from '../../engine/run/state.ts'
import type { NewWait, WaitState, WaitWrites } from '../../store/waits/write.ts'

/** The paths of steps that wait for people or events, after an entry. */
export function followWaits(waiting: Set<string>, entry: Entry): void {
  if (entry.kind === 'waiting') waiting.add(entry.path)
  else if (entry.kind === 'step') waiting.delete(entry.path)
}

/**
 * What is to be written of a run's waits with what happened; null: nothing.
 *
 * @param before the paths of the steps that waited before, and the waits that were copied and are not written yet
 * @param told the last seq before
 */
export function waitWrites(
  run: RunState,
  { waiting, copiedWaits }: { readonly waiting: ReadonlySet<string>; readonly copiedWaits: readonly NewWait[] },
  entries: readonly Entry[],
  told: number,
): WaitWrites | null {
  if (waiting.size === 0 && copiedWaits.length === 0 && !entries.some(({ kind }) => kind === 'waiting')) return null
  const ends = endsIn(entries)
  const copied = copiedWaits.map((wait) => ({ ...wait, state: ends.get(wait.path) ?? wait.state }))
  const begun = [...copied, ...begunWaits(run, entries, told)]
  const ended = [...waiting].flatMap((path) => {
    const state = ends.get(path)
    return state === undefined ? [] : [{ id: waitIdOf(run, path), state }]
  })
  return begun.length + ended.length === 0 ? null : { begun, ended }
}

/** The waits for people and events that began, and how they stand. @param told the last seq before */
export function begunWaits(run: RunState, entries: readonly Entry[], told: number): NewWait[] {
  const ends = endsIn(entries)
  return entries
    .filter(({ kind }) => kind !== 'mark')
    .flatMap((entry, i) => {
      if (entry.kind !== 'waiting' || !isAsked(entry)) return []
      const { path, wait } = entry
      const { kind, since: askedAt, until, ...content } = wait
      const state = ends.get(path) ?? 'open'
      const id = waitIdOf(run, path)
      return [{ id, kind, path, seq: told + i + 1, askedAt, until, content: JSON.stringify(content), state }]
    })
}

function endsIn(entries: readonly Entry[]): Map<string, WaitState> {
  return new Map(entries.flatMap((entry) => (entry.kind === 'step' ? [[entry.path, stateAfter(entry)] as const] : [])))
}

type Asked = WaitEntry & { readonly wait: Extract<Wait, { kind: 'ask' | 'signal' }> }

function isAsked(entry: WaitEntry): entry is Asked {
  return entry.wait.kind === 'ask' || entry.wait.kind === 'signal'
}

/** How a wait stands once its step is over, where no answer closed it before. */
function stateAfter({ status, cause }: StepEntry): WaitState {
  if (status === 'DONE') return 'answered'
  return cause === 'step-timeout' || cause === 'job-timeout' ? 'expired' : 'cancelled'
}

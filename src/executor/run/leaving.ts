import { stopAfterStep, stopRun } from '../../engine/run/run.ts'
import type { RunState } from '../../engine/run/state.ts'

/**
 * Why a run leaves this replica before its end; the weightier cause is kept.
 *
 * - `crowded`: a child job can't be made now, so it goes on a moment later.
 * - `overfull`: its tenant's runs hold too much here, so it goes on when there is room (queue/heldValues.ts).
 * - `refused`: the database refused what a step gave, so it goes on anew from what it took.
 * - `behind`: the database knows less of it than was recorded once, so it goes on anew from what is there.
 * - `lost`: another holds the job now.
 */
export type Leaving = 'crowded' | 'overfull' | 'refused' | 'behind' | 'lost'

const WEIGHTS: Readonly<Record<Leaving, number>> = { crowded: 0, overfull: 1, refused: 2, behind: 3, lost: 4 }

/** What leaving needs of an active run. */
type Leaver = { readonly run: RunState; leaving: Leaving | null }

/** Lets a run leave: the step in hand ends first, where what it does may still be written; else it is aborted. */
export function leaveFor(active: Leaver, cause: Leaving): void {
  if (active.leaving === null || WEIGHTS[active.leaving] < WEIGHTS[cause]) active.leaving = cause
  switch (cause) {
    case 'crowded':
    case 'overfull':
      return stopAfterStep(active.run)
    case 'refused':
    case 'behind':
      return stopRun(active.run, 'draining')
    case 'lost':
      return stopRun(active.run, 'lease-lost')
  }
}

/** Whether what a run does may still be written: not on top of a gap, and not by who no longer holds the job. */
export function mayWrite({ leaving }: Pick<Leaver, 'leaving'>): boolean {
  return leaving === null || leaving === 'crowded' || leaving === 'overfull'
}

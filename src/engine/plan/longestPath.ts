import type { FlowPlan, SequencePlan } from './tree.ts'

/** A path has at most so many characters. */
export const MAX_PATH = 1024

/** Whether a step in a round, or below it, would have a path that is too long. Rounds further below are looked at as they begin. */
export function isPathTooLong(round: string, steps: SequencePlan): boolean {
  return round.length + longestBelow(steps) > MAX_PATH
}

const known = new WeakMap<SequencePlan, number>()

/** The characters that the longest path in a sequence has behind that of the sequence. */
function longestBelow(sequence: SequencePlan): number {
  const measured = known.get(sequence)
  if (measured !== undefined) return measured
  const lengths = sequence.steps.map(({ definition: { id, action }, flow }) => {
    return 1 + id.length + (flow === null ? 0 : longestIn(flow, action))
  })
  const longest = Math.max(0, ...lengths)
  known.set(sequence, longest)
  return longest
}

function longestIn({ steps, branches, catches, undo }: FlowPlan, action: string): number {
  return Math.max(
    0,
    steps === null ? 0 : (PARTS[action] ?? '').length + longestBelow(steps),
    ...branches.map(({ id, sequence }) => 1 + id.length + longestBelow(sequence)),
    ...catches.map(({ sequence }) => '/catch'.length + longestBelow(sequence)),
    undo === null ? 0 : '/undo'.length + longestBelow(undo),
  )
}

/** What stands in the paths of what is below a step, between its own and theirs. */
const PARTS: Readonly<Record<string, string>> = {
  'FLOW.EACH': '/0',
  'FLOW.REPEAT': '/0',
  'FLOW.SIGNAL': '/wait',
  'FLOW.ASK': '/wait',
}

import { Type } from 'typebox'
import { conditionHolds } from '../condition.ts'
import { conclude } from '../conclude.ts'
import type { Mark } from '../entry.ts'
import { failureOf } from '../failure.ts'
import type { FlowAction } from '../flowAction.ts'
import { makeReady, openBelow } from '../open.ts'
import { resolveValue } from '../resolve.ts'
import type { FlowRun, Sequence, StepFrame } from '../state.ts'
import { DURATION, durationOf } from '../../values/duration.ts'
import type { Json } from '../../values/json.ts'
import { endWith, failWith, refusalOfRound } from './ends.ts'

type Decision = { readonly everyMs: number; readonly max: number }

/** Rounds of its steps until a condition holds after one. Gives the value of the last round. */
export const repeat: FlowAction = {
  action: 'FLOW.REPEAT',
  description: 'Runs steps again and again until a condition holds.',
  keywords: ['while', 'until', 'poll', 'loop', 'do while', 'paginate', 'retry until'],
  parameters: Type.Object({
    every: Type.Unknown({ default: 0, description: 'How long to pause between two rounds.' }),
    max: Type.Integer({ minimum: 1, maximum: 10_000, default: 100, description: 'It fails after so many rounds.' }),
  }),
  returns: Type.Unknown(),
  shape: { steps: 'must', rounds: true, roots: ['index', 'last'], until: 'must', output: 'may', timeout: 'may' },
  check: ({ every }) => (durationOf(every) === null ? `the parameter every must be ${DURATION}` : null),
  begin: (_frame, { every, max }: { every: Json; max: number }) => ({
    decision: { everyMs: durationOf(every) ?? 0, max },
  }),
  open: (frame, decision: Decision) => {
    const run = new RepeatRun(frame, decision)
    run.open(0, null)
    return run
  },
}

class RepeatRun implements FlowRun {
  readonly #frame: StepFrame
  readonly #decision: Decision
  /** The round that is over, and is to be judged. */
  #judged: Sequence | null = null
  #next: { readonly round: number; readonly last: Json } = { round: 0, last: null }
  undecided = false

  constructor(frame: StepFrame, decision: Decision) {
    this.#frame = frame
    this.#decision = decision
  }

  open(index: number, last: Json): void {
    const plan = this.#frame.step.flow?.steps
    if (plan == null) return
    const refused = refusalOfRound(this.#frame, plan, index)
    if (refused !== null) return failWith(this.#frame, refused)
    openBelow(this.#frame, plan, String(index), { number: index, round: { index, last } })
  }

  over(sequence: Sequence): void {
    if (sequence.failure !== null) return endWith(this.#frame, sequence)
    this.#judged = sequence
    this.undecided = true
    makeReady(this.#frame.sequence.run, this.#frame)
  }

  /** Whether another round follows. Each part is evaluated in the scope of the round that is over. */
  decide(): Mark | null {
    const { flow, definition } = this.#frame.step
    const round = this.#judged
    if (round === null || flow?.until == null) return null
    const value = flow.output === null ? round.value : resolveValue(round, flow.output)
    this.#frame.sequence.run.now = null
    if (conditionHolds(round, flow.until)) {
      conclude(this.#frame, { kind: 'value', value })
      return null
    }
    const { everyMs, max } = this.#decision
    if (round.number + 1 >= max) {
      const message = `${definition.action} ran ${max} rounds, and its until did not hold`
      const error = { type: 'LimitReached', message }
      return { kind: 'failed', failure: failureOf(this.#frame, 'UNHANDLED_EXCEPTION', error) }
    }
    const until = everyMs === 0 ? null : this.#frame.sequence.run.context.clock.now() + everyMs
    return { kind: 'round', round: round.number + 1, last: value, until }
  }

  decided(mark: Mark, at: number): void {
    if (mark.kind !== 'round') return
    const { round, last, until } = mark
    this.#judged = null
    if (until === null) return this.open(round, last)
    this.#next = { round, last }
    this.#frame.wait = { kind: 'every', since: at, until }
  }

  awoke(): Mark {
    return { kind: 'round', ...this.#next, until: null }
  }
}

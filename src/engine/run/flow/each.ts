import { Type } from 'typebox'
import { isHeldByDefault } from '../catch.ts'
import { conclude } from '../conclude.ts'
import { innermost, errorTypeOf } from '../failure.ts'
import type { FlowAction } from '../flowAction.ts'
import { openBelow } from '../open.ts'
import type { Failure, FlowRun, Sequence, StepFrame } from '../state.ts'
import { isObject, type Json } from '../../values/json.ts'
import { failBelow, failWith, refusalOfRound } from './ends.ts'

type Parameters = { items: Json[]; concurrency: number; on_error: 'stop' | 'continue' }
type Decision = { items: Json[]; concurrency: number; goesOn: boolean }

/** A round of its steps for each item of a list, one after another or several at once. Gives the list of their values. */
export const each: FlowAction = {
  action: 'FLOW.EACH',
  description: 'Runs steps once for each item of a list.',
  keywords: ['map', 'foreach', 'for each', 'loop', 'iterate', 'fan-out', 'batch', 'for'],
  parameters: Type.Object({
    items: Type.Array(Type.Unknown(), { description: 'One round for each.' }),
    concurrency: Type.Integer({ minimum: 1, maximum: 100, default: 1, description: 'Rounds at one time.' }),
    on_error: Type.Unsafe<'stop' | 'continue'>(
      Type.String({
        enum: ['stop', 'continue'],
        default: 'stop',
        description: 'What a failed round does to the others.',
      }),
    ),
  }),
  returns: Type.Array(Type.Unknown()),
  shape: { steps: 'must', rounds: true, roots: ['item', 'index'], output: 'may', timeout: 'may' },
  begin: (_frame, { items, concurrency, on_error }: Parameters) => ({
    decision: { items, concurrency, goesOn: on_error === 'continue' },
  }),
  open: (frame, decision: Decision) => {
    const run = new EachRun(frame, decision)
    run.start()
    return run
  },
}

class EachRun implements FlowRun {
  readonly #frame: StepFrame
  readonly #decision: Decision
  readonly #values: Json[]
  #next = 0
  #failure: Failure | null = null
  /** A round that could not begin. */
  #refused: Failure | null = null

  constructor(frame: StepFrame, decision: Decision) {
    this.#frame = frame
    this.#decision = decision
    // Rounds without steps are over before they begin.
    this.#values = decision.items.map(() => (decision.goesOn ? { value: null } : null))
  }

  /** Begins as many rounds as may run at one time. */
  start(): void {
    const { items, concurrency } = this.#decision
    const steps = this.#frame.step.flow?.steps
    if (steps == null || (steps.steps.length === 0 && steps.output === null)) this.#next = items.length
    this.#openUpTo(concurrency)
    this.#endIfOver()
  }

  over(sequence: Sequence): void {
    const { failure, number, value } = sequence
    const { concurrency, goesOn } = this.#decision
    if (failure === null) this.#values[number] = goesOn ? { value } : value
    else if (goesOn && isHeldByDefault(failure)) this.#values[number] = { error: toldOf(failure) }
    else this.#failure = failure
    this.#openUpTo(concurrency)
    this.#endIfOver()
  }

  #endIfOver(): void {
    if (this.#frame.open.size > 0) return
    if (this.#refused !== null) failWith(this.#frame, this.#refused)
    else if (this.#failure !== null) failBelow(this.#frame, this.#failure)
    else conclude(this.#frame, { kind: 'value', value: this.#values })
  }

  /** Goes on while nothing failed: with so many rounds at one time. */
  #openUpTo(concurrency: number): void {
    const { items } = this.#decision
    while (this.#next < items.length && this.#frame.open.size < concurrency && this.#goesOn) this.#open()
  }

  get #goesOn(): boolean {
    return this.#failure === null && this.#refused === null
  }

  #open(): void {
    const index = this.#next++
    const plan = this.#frame.step.flow?.steps
    if (plan == null) return
    const refused = refusalOfRound(this.#frame, plan, index)
    if (refused !== null) return this.#refuse(index, refused)
    const round = { index, item: this.#decision.items[index] ?? null }
    const copies = this.#decision.concurrency > 1
    openBelow(this.#frame, plan, String(index), { number: index, round, copies })
  }

  #refuse(index: number, failure: Failure): void {
    if (this.#decision.goesOn) this.#values[index] = { error: toldOf(failure) }
    else this.#refused = failure
  }
}

function toldOf(failure: Failure): Json {
  const { error, step, ...rest } = innermost(failure)
  const message = isObject(error) && typeof error['message'] === 'string' ? error['message'] : ''
  return { type: errorTypeOf({ error, step, ...rest }), message, step }
}

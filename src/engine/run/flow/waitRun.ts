import { conclude } from '../conclude.ts'
import type { JobMessage, Mark } from '../entry.ts'
import { inHandIn, settleGently } from '../halt.ts'
import { makeReady, openSequence } from '../open.ts'
import type { Failure, FlowRun, Sequence, StepFrame } from '../state.ts'
import { failBelow } from './ends.ts'

/**
 * A step that waits for a message, while its steps may run. The first message that fits ends the wait: what is being
 * called below it is let end, nothing further begins there.
 */
export class WaitRun implements FlowRun {
  readonly #frame: StepFrame
  readonly #fits: (message: JobMessage) => boolean
  readonly #valueOf: (message: JobMessage) => unknown
  #taken: JobMessage | null = null
  #failure: Failure | null = null
  undecided = false

  /**
   * @param fits whether a message is the one that is waited for
   * @param valueOf what the step gives then; throws what it fails with
   */
  constructor(frame: StepFrame, fits: (message: JobMessage) => boolean, valueOf: (message: JobMessage) => unknown) {
    this.#frame = frame
    this.#fits = fits
    this.#valueOf = valueOf
  }

  /** Begins the steps that run meanwhile, unless the message is there already. */
  begin(): void {
    const { sequence, index, path, step, wait } = this.#frame
    const { run } = sequence
    const plan = step.flow?.steps
    if (run.messages.some(this.#fits)) return this.#ask()
    if (plan == null || wait === null) return
    const outer = { sequence, index }
    const variables = sequence.variables.copy(`${path}/wait`)
    openSequence(run, { plan, path: `${path}/wait`, role: 'wait', owner: this.#frame, outer, variables })
  }

  wants(message: JobMessage): boolean {
    return this.#taken === null && this.#frame.conclusion === null && this.#fits(message)
  }

  decide(): Mark | null {
    if (this.#taken !== null) return this.#conclude(this.#taken)
    const message = this.#frame.sequence.run.messages.find(this.#fits)
    if (message === undefined) return null
    const inHand = [...this.#frame.open].flatMap(inHandIn)
    return { kind: 'taken', message, ...(inHand.length > 0 ? { inHand } : {}) }
  }

  decided(mark: Mark): void {
    if (mark.kind !== 'taken') return
    const { run } = this.#frame.sequence
    this.#taken = mark.message
    const index = run.messages.findIndex(({ number }) => number === mark.message.number)
    if (index >= 0) run.messages.splice(index, 1)
    for (const below of [...this.#frame.open]) settleGently(run, below, mark.inHand ?? [])
    if (this.#frame.open.size === 0) this.#ask()
  }

  over({ failure, mode }: Sequence): void {
    if (failure !== null && mode !== 'stopped') this.#failure = failure
    if (this.#frame.open.size > 0) return
    if (this.#failure !== null) failBelow(this.#frame, this.#failure)
    else if (this.#taken !== null) this.#ask()
  }

  #ask(): void {
    this.undecided = true
    makeReady(this.#frame.sequence.run, this.#frame)
  }

  #conclude(message: JobMessage): null {
    conclude(this.#frame, { kind: 'value', value: this.#valueOf(message) })
    return null
  }
}

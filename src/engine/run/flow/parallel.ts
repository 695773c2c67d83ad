import { Type } from 'typebox'
import { conditionHolds } from '../condition.ts'
import { conclude } from '../conclude.ts'
import type { Mark } from '../entry.ts'
import type { FlowAction } from '../flowAction.ts'
import { inHandIn } from '../halt.ts'
import { makeReady, openBelow } from '../open.ts'
import type { Failure, FlowRun, Sequence, StepFrame } from '../state.ts'
import type { Json } from '../../values/json.ts'
import { branchOutput } from './branchOutput.ts'
import { failBelow } from './ends.ts'

type Decision = { branches: number[]; first: boolean }

/** Runs branches side by side. Gives what each gave; or, with `first`, what the first that went well gave. */
export const parallel: FlowAction = {
  action: 'FLOW.PARALLEL',
  description: 'Runs branches side by side.',
  keywords: ['fork', 'join', 'race', 'concurrent', 'promise.all', 'scatter', 'all'],
  parameters: Type.Object({
    first: Type.Boolean({
      default: false,
      description: 'The first branch that goes well wins; the others are stopped.',
    }),
  }),
  returns: Type.Unknown(),
  shape: { branches: 'must', output: 'may', timeout: 'may' },
  begin: ({ sequence, step }, { first }) => {
    const branches = step.flow?.branches ?? []
    const begun = branches.flatMap(({ condition }, index) =>
      condition === null || conditionHolds(sequence, condition) ? [index] : [],
    )
    return { decision: { branches: begun, first: first === true } }
  },
  open: (frame, decision: Decision) => {
    const run = new ParallelRun(frame, decision)
    run.start()
    return run
  },
}

class ParallelRun implements FlowRun {
  readonly #frame: StepFrame
  readonly #decision: Decision
  readonly #values = new Map<number, Json>()
  #failure: Failure | null = null
  #winner: Sequence | null = null
  #stopped = false
  undecided = false

  constructor(frame: StepFrame, decision: Decision) {
    this.#frame = frame
    this.#decision = decision
  }

  start(): void {
    const branches = this.#frame.step.flow?.branches ?? []
    for (const number of this.#decision.branches) {
      const branch = branches[number]
      if (branch !== undefined) openBelow(this.#frame, branch.sequence, branch.id, { number, copies: true })
    }
    if (this.#decision.branches.length === 0) this.#end()
  }

  over(sequence: Sequence): void {
    const { first } = this.#decision
    if (sequence.mode !== 'stopped') {
      if (sequence.failure !== null) this.#failure = sequence.failure
      else {
        this.#values.set(sequence.number, sequence.value)
        if (first) this.#winner ??= sequence
      }
    }
    // What is stopped now, and undone, is so for no failure.
    if (this.#winner !== null) this.#frame.failure = null
    if (this.#frame.open.size === 0) return this.#end()
    const isDecided = first ? this.#winner !== null : this.#failure !== null
    if (isDecided && !this.#stopped) this.#ask()
  }

  /** Stops the branches that are still open; or makes the output, in which all of them are named. */
  decide(): Mark | null {
    if (this.#frame.open.size > 0) {
      return { kind: 'stopped', timeout: false, inHand: [...this.#frame.open].flatMap(inHandIn) }
    }
    const { flow } = this.#frame.step
    const value = flow?.output == null ? this.#given() : branchOutput(this.#frame, this.#byId())
    conclude(this.#frame, { kind: 'value', value })
    return null
  }

  #end(): void {
    const { first, branches } = this.#decision
    const isWell = first ? this.#winner !== null || branches.length === 0 : this.#failure === null
    if (!isWell && this.#failure !== null) return failBelow(this.#frame, this.#failure)
    this.#ask()
  }

  #ask(): void {
    this.#stopped = true
    this.undecided = true
    makeReady(this.#frame.sequence.run, this.#frame)
  }

  #given(): Json {
    if (!this.#decision.first) return this.#byId()
    if (this.#winner === null) return null
    const { number, value } = this.#winner
    return { branch: this.#frame.step.flow?.branches[number]?.id ?? '', value }
  }

  #byId(): { [id: string]: Json } {
    const branches = this.#frame.step.flow?.branches ?? []
    return Object.fromEntries(branches.map(({ id }, number) => [id, this.#values.get(number) ?? null]))
  }
}

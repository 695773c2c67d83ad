import { Type } from 'typebox'
import { conditionHolds } from '../condition.ts'
import type { FlowAction } from '../flowAction.ts'
import { conclude } from '../conclude.ts'
import { makeReady, openBelow } from '../open.ts'
import type { FlowRun, StepFrame } from '../state.ts'
import { endWith } from './ends.ts'
import { branchOutput } from './branchOutput.ts'
import type { Json } from '../../values/json.ts'

/** Takes the first branch whose condition holds; one without a condition is the else. */
export const choose: FlowAction = {
  action: 'FLOW.CHOOSE',
  description: 'Takes the first branch whose condition holds.',
  keywords: ['switch', 'case', 'if', 'else', 'branch', 'router', 'choice', 'condition'],
  parameters: Type.Object({}),
  returns: Type.Unknown(),
  shape: { branches: 'must', output: 'may', timeout: 'may' },
  begin: ({ sequence, step }) => {
    const branches = step.flow?.branches ?? []
    const index = branches.findIndex(({ condition }) => condition === null || conditionHolds(sequence, condition))
    return { decision: index < 0 ? null : index }
  },
  open: (frame, decision) => {
    const branch = typeof decision === 'number' ? frame.step.flow?.branches[decision] : undefined
    const run = new ChooseRun(frame)
    if (branch === undefined) run.take(null)
    else openBelow(frame, branch.sequence, branch.id, { number: 0 })
    return run
  },
}

class ChooseRun implements FlowRun {
  readonly #frame: StepFrame
  #values: Readonly<Record<string, Json>> = {}
  undecided = false

  constructor(frame: StepFrame) {
    this.#frame = frame
  }

  over(sequence: Parameters<FlowRun['over']>[0]): void {
    const output = this.#frame.step.flow?.output ?? null
    if (sequence.failure !== null || output === null) return endWith(this.#frame, sequence)
    this.#values = { [sequence.path.slice(this.#frame.path.length + 1)]: sequence.value }
    this.take(sequence.value)
  }

  take(value: Json): void {
    if (this.#frame.step.flow?.output == null) return conclude(this.#frame, { kind: 'value', value })
    this.undecided = true
    makeReady(this.#frame.sequence.run, this.#frame)
  }

  decide(): null {
    conclude(this.#frame, { kind: 'value', value: branchOutput(this.#frame, this.#values) })
    return null
  }
}

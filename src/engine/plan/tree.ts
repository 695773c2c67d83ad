import type { StepDefinition, RetryRule } from '../definition.ts'
import type { CompiledEntry, CompiledValue } from '../tags/template.ts'
import type { CheckFailure } from './checks.ts'
import type { BlockName, RegisteredBlock } from '../registeredBlock.ts'

/** A list of steps that runs one after another: the job's, a branch's, a round's, a catch's. */
export type SequencePlan = {
  readonly steps: readonly StepPlan[]
  /** The first step of each id. */
  readonly byId: ReadonlyMap<string, number>
  /** What it gives when its steps are over, in its own scope; null: the value of its last step. */
  readonly output: CompiledValue | null
  /** Steps anywhere below that a limit of uses counts, in document order. */
  readonly counted: readonly StepPlan[]
  /** Whether a step anywhere below has an `undo`. */
  readonly undoes: boolean
}

/** A step, ready to be run as often as wanted. */
export type StepPlan = {
  /** Its place in document order, from 0. */
  readonly written: number
  readonly definition: StepDefinition
  readonly blockName: BlockName
  /** Undefined where no such block is registered here. */
  readonly block: RegisteredBlock | undefined
  /** What makes it fail without being run, as found when the job was accepted. */
  readonly failure: CheckFailure | null
  readonly condition: CompiledValue | null
  readonly parameters: readonly CompiledEntry[]
  /** The secrets that its parameters name; null: none, as in most steps. */
  readonly secrets: readonly string[] | null
  /** How often one job may use its block; null: without a bound. */
  readonly maxUses: number | null
  /** What goes beyond the call of a block; null for most steps. */
  readonly flow: FlowPlan | null
}

/** What a step has beside the call of a block. */
export type FlowPlan = {
  readonly timeoutMs: number | null
  readonly retry: readonly RetryRule[]
  readonly catches: readonly CatchPlan[]
  readonly undo: SequencePlan | null
  readonly steps: SequencePlan | null
  readonly branches: readonly BranchPlan[]
  /** The branches as if they were steps, for an output that names them. */
  readonly named: SequencePlan
  readonly until: CompiledValue | null
  /** What the step itself gives, where its branches' ids name their values. */
  readonly output: CompiledValue | null
}

/** What holds a failure. */
export type CatchPlan = {
  readonly on: readonly string[] | null
  readonly condition: CompiledValue | null
  readonly sequence: SequencePlan
}

/** One way among several; `condition` is null where it always holds. */
export type BranchPlan = {
  readonly id: string
  readonly condition: CompiledValue | null
  readonly sequence: SequencePlan
}

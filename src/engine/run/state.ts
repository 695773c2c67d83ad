import type { StepAborted } from '../errors.ts'
import type { Plan } from '../plan/plan.ts'
import type { SequencePlan, StepPlan } from '../plan/tree.ts'
import type { RegisteredBlock } from '../registeredBlock.ts'
import type { GivenSecrets } from '../secrets/given.ts'
import type { StatusName } from '../status.ts'
import type { Json, JsonObject } from '../values/json.ts'
import type { Attempt, FailureText, JobMessage, Mark, Wait } from './entry.ts'
import type { RunContext } from './runContext.ts'
import type { Variables } from './variables.ts'

/** Parameters, ready for a block. */
export type Resolved = {
  readonly parameters: JsonObject
  /** The block got a list or an object that a variable holds: it may have changed it. */
  readonly holdsVariable: boolean
}

/** What is known of a step while its job runs. */
export type StepResult = { readonly status: StatusName; readonly returnValue: Json }

/** What failed. The innermost of the chain is what happened; the others say what it stopped. */
export type Failure = FailureText

/**
 * How a sequence goes on. `running`: one step after another. `failed`, `cancelled`, `ended` (by FLOW.END): what is left is
 * passed over with a record, but for forced steps. `stopped`: the same without a record.
 */
export type SequenceMode = 'running' | 'failed' | 'cancelled' | 'ended' | 'stopped'

/** What a sequence belongs to: `below` a step, its `catch`, its `undo`, what runs while it `wait`s; or the job itself. */
export type SequenceRole = 'job' | 'on_failure' | 'below' | 'catch' | 'undo' | 'wait'

/** One pass through a list of steps. */
export type Sequence = {
  readonly kind: 'sequence'
  readonly run: RunState
  readonly plan: SequencePlan
  /** '' for the job's own, else what its steps' paths begin with, without the `/`. */
  readonly path: string
  readonly role: SequenceRole
  /** What is told when it is over; null: the job. */
  readonly owner: StepFrame | Sequence | null
  /** Where names are looked up next, and the step there that this is below. */
  readonly outer: { readonly sequence: Sequence; readonly index: number } | null
  /** Which round or branch it is, from 0. */
  readonly number: number
  /** A round of a loop; null: none. */
  readonly round: Round | null
  /** What a catch, an undo or a handler works on; null elsewhere. */
  readonly handles: Failure | null
  readonly variables: Variables
  readonly results: StepResult[]
  /** Each counted use of a block in this round, where its limit counts again. */
  readonly uses: ReadonlyMap<StepPlan, number> | null
  mode: SequenceMode
  /** Each of its steps has a step's time, whatever it does. */
  readonly bounded: boolean
  phase: 'steps' | 'undo' | 'output' | 'over'
  /** The index of the first step without a record. */
  next: number
  /** That step, once more is known of it than what is written. */
  open: StepFrame | null
  /** What ends that step in place of a call; `let-end`: it is called again, though nothing else begins here. */
  interrupt: 'cancelled' | 'job-timeout' | 'stopped' | 'let-end' | null
  /** Of the last step that failed. */
  failure: Failure | null
  /** Of the last step that ended well, or what `output` gave. */
  value: Json
  /** What is to be undone, in the order in which it ended. */
  readonly undoable: Undoable[]
  /** What ended well in it is undone where it ends in a failure. */
  undoes: boolean
  /** It stands in the list of what can go on. */
  ready: boolean
}

/** The round of a loop, as tags and expressions name it. `item` is undefined in FLOW.REPEAT, `last` in FLOW.EACH. */
export type Round = { readonly index: number; readonly item?: Json; readonly last?: Json }

/** A step that ended well and has an `undo`, or stands for those below it. */
export type Undoable =
  | { readonly kind: 'step'; readonly ended: number; readonly sequence: Sequence; readonly index: number }
  | { readonly kind: 'below'; readonly ended: number; readonly steps: readonly Undoable[] }

/** How a step ends, decided but not yet on record. */
export type Conclusion =
  /** Its action gave a value, which is yet to be taken. */
  | { readonly kind: 'value'; readonly value: unknown }
  /** Its block gave a value, taken when it came. */
  | { readonly kind: 'made'; readonly made: Made }
  /** `rule` and `retryMs` tell that another attempt follows, and after how long. */
  | {
      readonly kind: 'failed'
      readonly failure: Failure
      readonly finishedAt: number
      readonly variables: string | null
      readonly again: { readonly rule: number; readonly afterMs: number } | null
    }
  | { readonly kind: 'stopped'; readonly variables: string | null }

/** A value that a step gave, as a copy of its own. */
export type Made = {
  readonly value: Json
  readonly json: string
  readonly variables: string | null
  readonly finishedAt: number
}

/** A step of which more is known than what is written: it is being called, waits, or has others below it. */
export type StepFrame = {
  readonly kind: 'frame'
  readonly sequence: Sequence
  readonly index: number
  readonly step: StepPlan
  readonly path: string
  /** When its first attempt began. */
  startedAt: number | null
  /** When its current attempt began. */
  attemptAt: number
  /** Attempts that failed and were followed by another. */
  attempts: Attempt[]
  /** How many attempts were begun. */
  attempt: number
  /** How often each retry rule was followed. */
  readonly followed: number[]
  /** When its time is up; null: no bound of its own. */
  until: number | null
  wait: Wait | null
  /** What its block, or its action, got last; null: nothing yet. */
  parameters: JsonObject | null
  phase: 'attempt' | 'backing-off' | 'below' | 'catching' | 'undoing' | 'concluding'
  call: OpenCall | null
  /** What its action keeps of what is below it. */
  flow: FlowRun | null
  readonly open: Set<Sequence>
  readonly undoable: Undoable[]
  /** What it fails with by itself, once what is below it is over. */
  ownFailure: Failure | null
  /** The last failure below it. */
  failure: Failure | null
  /** What stopped everything below it; `self` is its own action. */
  halted: Halt | null
  undoes: boolean
  conclusion: Conclusion | null
  /** What its catch works on. */
  caught: Failure | null
  handler: number
  /** Its time is up, as its timer says. */
  due: boolean
  disarm: (() => void) | null
  ready: boolean
}

/** Why what is below a step, or a step that is being run, goes no further. */
export type Halt = 'timeout' | 'failed' | 'stopped' | 'cancelled' | 'ended' | 'job-timeout'

/** A call of a block that has begun, or is about to. */
export type OpenCall = {
  /** The block is being run; until then nothing happened. */
  begun: boolean
  readonly block: RegisteredBlock
  /** Its parameters, with `***` in the place of secrets. */
  readonly resolved: Resolved
  /** The secrets that its block was given; null: none. */
  secrets: GivenSecrets | null
  /** Tells the block to stop, and waits for it no longer. */
  cut: ((reason: StepAborted) => void) | null
  /** The block threw where nobody caught it: the step fails so, unless it is over. */
  fail: ((error: unknown) => void) | null
}

/** What an action of the engine does with what is below it. Bookkeeping only: it is done again when entries are folded. */
export interface FlowRun {
  /** A sequence of it is over, and nothing halted it. */
  over(sequence: Sequence): void
  /** It asked to be asked (`undecided`): evaluates what bookkeeping can't. Gives a mark, or null where it concluded. */
  decide?(): Mark | null
  undecided?: boolean
  /** Its mark was put on record. */
  decided?(mark: Mark, at: number): void
  /** Its wait is over: the moment came. Gives a mark, or null where it concluded. */
  awoke?(): Mark | null
  /** The step is over, or begins anew. */
  left?(): void
  /** Whether it waits for a message. */
  wants?(message: JobMessage): boolean
}

/** One job being run: the fold over its entries, and what of it is in flight. */
export type RunState = {
  readonly plan: Plan
  readonly context: RunContext
  readonly startedAt: number
  top: Sequence
  /** All open sequences below the top one, by their path. */
  readonly sequences: Map<string, Sequence>
  /** What can go on: the last is asked first. */
  readonly ready: (Sequence | StepFrame)[]
  /** Sequences whose state changed and was not yet looked at. */
  readonly changed: Sequence[]
  /** What waits for a moment and has no timer yet. */
  readonly unarmed: StepFrame[]
  /** Messages that no step has taken. */
  readonly messages: JobMessage[]
  /** Child jobs that are to be made. */
  readonly children: {
    readonly frame: StepFrame
    readonly request: { readonly id: string; readonly job: JsonObject }
  }[]
  /** Child jobs whose step ended first: they are to be cancelled. */
  readonly orphans: string[]
  /** How many entries were told. */
  told: number
  /** How many steps are on record. */
  records: number
  /** Bytes of all return values so far, and of what is kept beside them. */
  resultBytes: number
  /** Bytes of all variables, copies included. */
  variablesBytes: number
  /** Uses of blocks so far, rounds counted again. */
  readonly uses: Map<string, number>
  /** It has all the records it may have. */
  exhausted: boolean
  cancelled: boolean
  /** It was cancelled before it began: nothing runs. */
  neverBegun: boolean
  timedOut: boolean
  /** The step that is called next is given up. */
  givenUp: boolean
  /** What is to be put on record before anything else. */
  pendingCancel: { readonly begun: boolean; readonly inHand: boolean } | null
  pendingTimeout: boolean
  /** What a catch is judged by at the moment; null: nothing. */
  judged: Failure | null
  /** The output that FLOW.END gave. */
  end: { readonly given: boolean; readonly output: Json } | null
  handler: Sequence | null
  over: boolean
  success: boolean | null
  /** Running time before this replica had the job, in milliseconds; and since when it runs it, by its
   *  monotonic clock; null: it only waits. */
  ranMs: number
  since: number | null
  /** When the last step ended; and from which moment on it is to be looked whether the job's time is up. */
  latest: number
  judgeAt: number
  /** The moment that expressions name `now`; null: not asked for yet. */
  now: number | null
  calls: number
  /** Stops the run between two steps, or the steps in hand; the first reason wins. */
  stop: StepAborted | null
  disarm: (() => void) | null
  /** Called when something can go on again. */
  wake: (() => void) | null
}

import type { TObject, TSchema } from 'typebox'
import type { Json, JsonObject } from '../values/json.ts'
import type { Wait } from './entry.ts'
import type { FlowRun, StepFrame } from './state.ts'

/** What a definition may write beside the parameters of an action. `must`: it has to. */
export type FlowShape = {
  /** `meanwhile`: they run while the step waits. */
  readonly steps?: 'must' | 'meanwhile'
  /** Names that its steps may use beside all others. */
  readonly roots?: readonly string[]
  /** Its steps run in rounds. */
  readonly rounds?: boolean
  readonly branches?: 'must'
  readonly until?: 'must'
  readonly output?: 'may'
  readonly timeout?: 'may'
  readonly retry?: 'may'
}

/** How an action begins: what it decided, and what it waits for where that is told. */
export type Beginning = { readonly decision: Json; readonly wait?: Wait }

/** What an action that is over at once gives; `end`: the job goes no further. */
export type Instant = { readonly value: unknown } | { readonly end: { readonly given: boolean; readonly output: Json } }

/** An action of the engine. A file of its own in `engine/run/flow`, and a line in its table, is all that a new one takes. */
export type FlowAction = {
  readonly action: string
  readonly description: string
  /** What else people may look for it by. */
  readonly keywords?: readonly string[]
  readonly parameters: TObject
  readonly returns: TSchema
  readonly shape: FlowShape
  /** A parameter whose tags are not this job's. */
  readonly asWritten?: string
  /** Whether its author gave it an id: a second attempt would find it taken, so a retry is refused. */
  hasOwnId?(parameters: JsonObject): boolean
  /** What does not fit though the schema does, as a sentence, or null. */
  check?(parameters: JsonObject): string | null
  /** What can be told to be wrong before the step is reached, with pointers into its parameters. */
  mistakes?(parameters: JsonObject): readonly { readonly pointer: string; readonly detail: string }[]
  /** An action that is over at once. What it throws is what the step fails with. */
  instant?(frame: StepFrame, parameters: JsonObject): Instant
  /** Decides how a step begins. Evaluated once: what it gives is put on record. */
  begin?(frame: StepFrame, parameters: JsonObject): Beginning
  /** Opens what was decided. Bookkeeping only. */
  open?(frame: StepFrame, decision: Json): FlowRun
}

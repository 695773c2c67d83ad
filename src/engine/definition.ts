import type { Json, JsonObject } from './values/json.ts'

/** A step as the user wrote it, with its defaults filled in. */
export type StepDefinition = {
  /** The user's id, or the position as text. Ids may repeat: the later step then fails a check. */
  readonly id: string
  /** Its place in its sequence, from 1. */
  readonly position: number
  /** In upper case; that of a step with `steps` alone is FLOW.DO. */
  readonly action: string
  readonly parameters: JsonObject
  readonly forced: boolean
  /** The condition; null where there is none. */
  readonly condition: Json
  /** What only some steps have; null for a plain call of a block. */
  readonly more: StepMore | null
}

/** What a step may have beside the call of a block. */
export type StepMore = {
  readonly title: string | null
  readonly description: string | null
  /** Milliseconds; null: none of its own. */
  readonly timeoutMs: number | null
  /** Undefined: left out, so the block's default holds. Null: never. */
  readonly retry: readonly RetryRule[] | null | undefined
  readonly catches: readonly CatchDefinition[]
  readonly undo: readonly StepDefinition[] | null
  readonly steps: readonly StepDefinition[] | null
  readonly branches: readonly BranchDefinition[] | null
  readonly until: Json
  /** Undefined: left out. */
  readonly output: Json | undefined
}

/** When and how often a step is tried again. Times are milliseconds. */
export type RetryRule = {
  /** All attempts together. */
  readonly maxAttempts: number
  readonly delayMs: number
  readonly factor: number
  readonly maxDelayMs: number
  /** The part of a wait, 0 to 1, that is taken off at random. */
  readonly jitter: number
  /** Types of errors, or names of statuses; null: what is worth another try. */
  readonly on: readonly string[] | null
  readonly notOn: readonly string[]
}

/** What holds a failure, and goes on in its place. */
export type CatchDefinition = {
  /** Types of errors, or names of statuses; null: every failure that may be held. */
  readonly on: readonly string[] | null
  readonly condition: Json
  readonly steps: readonly StepDefinition[]
  readonly output: Json | undefined
}

/** One way among several. */
export type BranchDefinition = {
  readonly id: string
  /** Undefined: left out, so it always holds. */
  readonly condition: Json | undefined
  readonly steps: readonly StepDefinition[]
  readonly output: Json | undefined
}

/** A version of a definition with a name. */
export type DefinitionRef = { readonly name: string; readonly version: number }

/** The job whose step made this one. */
export type ParentRef = {
  readonly jobId: string
  /** The path of that step. */
  readonly step: string
  /** How many jobs are above. */
  readonly depth: number
}

/** A job as the user wrote it, with its defaults filled in. Never changes once it is accepted. */
export type Definition = {
  /** The definition that the job named in place of steps; null: it brought its own. */
  readonly of: DefinitionRef | null
  /** The schedule that made it; null: none did. */
  readonly schedule: string | null
  /** Null: it is no child. */
  readonly parent: ParentRef | null
  /** The job that it runs again; null: none. */
  readonly rerunOf: string | null
  readonly name: string | null
  readonly title: string | null
  readonly description: string | null
  readonly tags: readonly string[]
  readonly variables: JsonObject
  readonly localValues: JsonObject
  readonly metadata: Readonly<Record<string, string>>
  readonly stepLimit: number | null
  readonly blockLimitOverrides: Readonly<Record<string, number | null>>
  readonly output: Json
  /** Milliseconds by the wall clock, from when the run first begins; null: none of its own. */
  readonly timeoutMs: number | null
  readonly steps: readonly StepDefinition[]
  /** Steps that run after a failure that nothing caught; null: none. */
  readonly onFailure: readonly StepDefinition[] | null
}

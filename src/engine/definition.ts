import type { Json, JsonObject } from './values/json.ts'

/** A step as the user wrote it, with its defaults filled in. */
export type StepDefinition = {
  /** The user's id, or the position as text. Ids may repeat: the later step then fails a check. */
  readonly id: string
  /** Counted from 1. */
  readonly position: number
  /** In upper case. */
  readonly action: string
  readonly parameters: JsonObject
  readonly forced: boolean
  /** The condition; null where there is none. */
  readonly condition: Json
}

/** A job as the user wrote it, with its defaults filled in. Never changes once it is accepted. */
export type Definition = {
  readonly name: string | null
  readonly tags: readonly string[]
  readonly variables: JsonObject
  readonly localValues: JsonObject
  readonly metadata: Readonly<Record<string, string>>
  readonly stepLimit: number | null
  readonly blockLimitOverrides: Readonly<Record<string, number | null>>
  readonly output: Json
  readonly steps: readonly StepDefinition[]
}

import { type Static, type TObject, type TSchema, Type } from 'typebox'
import type { WrittenRetry } from './retryRules.ts'
import type { Json, JsonObject } from './values/json.ts'

/** Where a block may write what an operator should know. Values of users do not belong there. */
export type BlockLog = Record<'debug' | 'info' | 'warn' | 'error', (message: string, fields?: object) => void>

/** The job that a block runs in. */
export type BlockJob = {
  readonly id: string
  /** Whose it is: the tenant of the key that submitted it. */
  readonly tenant: string
  readonly name: string | null
  readonly tags: readonly string[]
  readonly metadata: Readonly<Record<string, string>>
}

/** The step that a block runs for. */
export type BlockStep = {
  readonly id: string
  readonly position: number
  readonly action: string
  /**
   * The same on every attempt of this step and different for every other step of any job. Pass it on to a service
   * that takes one: a step with effects may run again when its replica dies.
   */
  readonly idempotencyKey: string
}

/** How far a step is, as its block says. */
export type Progress = { readonly done: number; readonly total?: number; readonly message?: string }

/** What a block gets beside its parameters. */
export type BlockContext = {
  /** The operator's values, out of reach of definitions. */
  readonly globals: Readonly<Record<string, unknown>>
  /** The job's variables, to read and to change. What is put in must be JSON. */
  readonly variables: JsonObject
  /** Gives the moment in milliseconds since 1970, by the database's clock, as `now` of expressions is. */
  readonly now: () => number
  /** Aborts on cancel, timeout, drain and a lost lease; `signal.reason` is a `StepAborted` that says which. */
  readonly signal: AbortSignal
  readonly log: BlockLog
  readonly job: BlockJob
  readonly step: BlockStep
  /**
   * Says how far the step is, as often as is convenient: whoever watches live is told at most twice a second, and the last
   * word stands in the step while it runs. It is not recorded.
   */
  readonly progress: (progress: Progress) => void
  /**
   * Asks whether everything that the parameters hold may be sent to a URL: call it before sending where `secretParameters`
   * are declared. Throws a `SecretHost` where a secret is bound to other hosts.
   */
  sendsTo(url: string | URL): void
}

/** One use of a block, for the catalogue. A test runs each. */
export type BlockExample = { readonly parameters: JsonObject; readonly returns: Json }

/** A function that the operator registers, and everything the service tells about it. */
export type BlockDefinition<Parameters extends TObject = TObject, Returns extends TSchema = TSchema> = {
  /** `CATEGORY.NAME` or `NAME`, in upper case. */
  readonly action: string
  /** A few words for a menu. Default: made from the name. */
  readonly title?: string
  /** What it does, in a sentence. */
  readonly description: string
  /** What else people may look for it by: `map`, `filter`, `csv`. In lower case. */
  readonly keywords?: readonly string[]
  /** A closed object schema (unknown parameters are refused) unless it sets `additionalProperties` itself. */
  readonly parameters: Parameters
  /** What it gives back; shown in the catalogue, not checked. */
  readonly returns: Returns
  /** A job must carry all of these tags to use the block. */
  readonly tags?: readonly string[]
  /** How often one job may use it; a job's `block_limit_overrides` replace this. */
  readonly maxUses?: number | undefined
  /**
   * Whether it touches anything outside the job (default true). Everything before a step with effects is committed
   * before it begins. False: running it again is harmless, so its steps are committed together, far faster.
   */
  readonly effects?: boolean
  /**
   * Whether it may change its parameters in place, or the job's variables (default true). False is a promise that
   * spares a copy of each parameter and of the variables.
   */
  readonly mutates?: boolean
  /** Parameters in which a definition may name secrets, `{% secrets.NAME %}`: the block then gets their texts. */
  readonly secretParameters?: readonly string[]
  /** Parameters that are URLs: a secret may stand in their query, and one that has hosts anywhere in them. */
  readonly secretUrls?: readonly string[]
  /** What is tried again where a step says nothing of it. Default: nothing is. */
  readonly retry?: WrittenRetry | readonly WrittenRetry[]
  readonly examples?: readonly BlockExample[]
  /**
   * Of a block that does nothing but wait, and gives null: how long, in milliseconds. A second or more is waited for
   * without a slot, through crashes and deploys; `run` is called for less.
   */
  pause?(parameters: Static<Parameters>): number
  run(parameters: Static<Parameters>, context: BlockContext): unknown
}

/**
 * What a module of blocks exports: a `BlockDefinition` whose parameter types are forgotten. The brand is from the
 * global symbol registry, so that blocks of another copy of this package are known too.
 */
export type Block = BlockDefinition & { readonly [BLOCK_BRAND]: true }

/** What blocks are known by, in every copy of this package. */
export const BLOCK_BRAND: unique symbol = Symbol.for('conduit.block')

/** Makes a block. Its parameters and its return value are typed from the schemas. */
export function defineBlock<Parameters extends TObject, Returns extends TSchema>(
  definition: Omit<BlockDefinition<Parameters, Returns>, 'run'> & {
    run(parameters: Static<Parameters>, context: BlockContext): Static<Returns> | Promise<Static<Returns>>
  },
): Block {
  return { ...definition, [BLOCK_BRAND]: true } as unknown as Block
}

/** Whether a value was made by `defineBlock`, of whichever copy of this package. */
export function isBlock(value: unknown): value is Block {
  return typeof value === 'object' && value !== null && Reflect.get(value, BLOCK_BRAND) === true
}

export { Type }

import type { Block } from '../engine/block.ts'
import type { Registry } from '../engine/registeredBlock.ts'
import { type Validation, validateDefinition } from '../wire/validateDefinition.ts'
import { registryFor } from './runJob.ts'

/** What a definition is held against. */
export type ValidateJobOptions = {
  /** Blocks beside the standard ones; a registry stands for all that there are. */
  readonly blocks?: Iterable<Block> | Registry
  /** More steps in one definition are a problem. Default 1,000. */
  readonly maxSteps?: number
}

/** Tells all that is wrong with a definition, without running it: the same as `POST /v1/jobs/validate`. */
export function validateJob(definition: unknown, options: ValidateJobOptions = {}): Validation {
  return validateDefinition(definition, registryFor(options), {
    maxSteps: options.maxSteps ?? 1000,
    judgeUrl: () => null,
  })
}

import type { RetryRule } from './definition.ts'
import { durationOf } from './values/duration.ts'

/** A retry rule as it is written, in a step or by a block's author. */
export type WrittenRetry = {
  readonly max_attempts: number
  readonly delay?: string | number | undefined
  readonly factor?: number | undefined
  readonly max_delay?: string | number | undefined
  readonly jitter?: number | undefined
  readonly on?: readonly string[] | undefined
  readonly not_on?: readonly string[] | undefined
}

/** Retry rules with their defaults filled in; durations were checked before. */
export function readRetry(input: WrittenRetry | readonly WrittenRetry[]): RetryRule[] {
  return (isList(input) ? input : [input]).map((rule) => ({
    maxAttempts: rule.max_attempts,
    delayMs: durationOf(rule.delay ?? 1) ?? 0,
    factor: rule.factor ?? 2,
    maxDelayMs: durationOf(rule.max_delay ?? 300) ?? 0,
    jitter: rule.jitter ?? 0.2,
    on: rule.on ?? null,
    notOn: rule.not_on ?? [],
  }))
}

function isList(input: WrittenRetry | readonly WrittenRetry[]): input is readonly WrittenRetry[] {
  return Array.isArray(input)
}

import type { RetryRule } from '../definition.ts'
import { isNamed, errorTypeOf } from './failure.ts'
import type { Failure, StepFrame } from './state.ts'

/** What is not worth another try, unless a rule names it. */
const FINAL: ReadonlySet<string> = new Set(['GivenUp', 'ValueTooLarge', 'ExpressionError'])
const FINAL_HTTP = /^HttpStatus4(?!08|25|29)\d\d$/

/**
 * Which rule has a step tried again, and after how many milliseconds; null: none. The end of the job and a cancel are
 * never followed by another attempt.
 *
 * @param error what was thrown: it may say when to come back
 */
export function retryOf(frame: StepFrame, failure: Failure, error: unknown): { rule: number; afterMs: number } | null {
  const rules = frame.step.flow?.retry ?? []
  if (rules.length === 0 || frame.caught !== null || neverAgain(failure) || !isGuarded(frame, failure)) return null
  const rule = rules.findIndex((one) => matches(one, failure))
  const followed = (frame.followed[rule] ?? 0) + 1
  const chosen = rules[rule]
  if (chosen === undefined || followed >= chosen.maxAttempts) return null
  return { rule, afterMs: waitOf(chosen, followed, error, frame.sequence.run.context.random()) }
}

/** Another attempt does not look at the condition again, so there is none where it could not be told. */
function isGuarded({ attempt, step }: StepFrame, { cause }: Failure): boolean {
  return attempt > 0 || (cause === 'given-up' && step.condition === null)
}

function neverAgain({ cause }: Failure): boolean {
  return cause === 'cancelled' || cause === 'job-timeout' || cause === 'step-runs'
}

function matches({ on, notOn }: RetryRule, failure: Failure): boolean {
  if (isNamed(notOn, failure)) return false
  if (on !== null) return isNamed(on, failure)
  const type = errorTypeOf(failure)
  return failure.status === 'UNHANDLED_EXCEPTION' && !FINAL.has(type) && !FINAL_HTTP.test(type)
}

function waitOf(rule: RetryRule, followed: number, error: unknown, random: number): number {
  const asked: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'retryAfterMs') : undefined
  if (typeof asked === 'number' && asked >= 0) return Math.min(asked, rule.maxDelayMs)
  const wait = Math.min(rule.delayMs * rule.factor ** (followed - 1), rule.maxDelayMs)
  return Math.round(wait * (1 - rule.jitter * random))
}

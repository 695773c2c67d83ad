import { isTruthy } from '../values/truth.ts'
import { type DefinitionProblem, problem } from './problem.ts'

/** Whether a condition is decided before the job runs. */
export function conditionProblems(condition: unknown, pointer: string): DefinitionProblem[] {
  const decided = Array.isArray(condition) ? decideList(condition) : decide(condition)
  if (decided === null) return []
  const detail = decided ? 'this always holds; leave it out' : 'this never holds, so the step never runs'
  return [problem(decided ? 'always' : 'never', pointer, detail)]
}

/** What a literal decides; null: nothing, since it is resolved later, or says that there is no condition. */
function decide(value: unknown): boolean | null {
  return typeof value === 'string' || value === null || value === undefined ? null : isTruthy(value)
}

/** All must hold, and null in a list does not. */
function decideList(items: readonly unknown[]): boolean | null {
  const decided = items.map((item) => (item === null ? false : decide(item)))
  if (decided.includes(false)) return false
  return decided.includes(null) ? null : true
}

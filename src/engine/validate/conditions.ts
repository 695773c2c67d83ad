import { isTruthy } from '../values/truth.ts'
import { type DefinitionProblem, problem } from './problem.ts'

/** What a condition decides on, and what follows where it never holds, or always. */
const OUTCOMES = {
  step: { never: 'so the step never runs', always: 'so it can be left out' },
  branch: { never: 'so the branch is never taken', always: 'so it can be left out' },
  catch: { never: 'so nothing is ever caught', always: 'so it can be left out' },
  rounds: { never: 'so the rounds go on until max', always: 'so there is one round' },
}

/** What a condition decides about. */
export type Conditional = keyof typeof OUTCOMES

/** Whether a condition is decided before the job runs. */
export function conditionProblems(condition: unknown, pointer: string, of: Conditional): DefinitionProblem[] {
  const decided = Array.isArray(condition) ? decideList(condition) : decide(condition)
  if (decided === null) return []
  const code = decided ? 'always' : 'never'
  return [problem(code, pointer, `this ${code} holds, ${OUTCOMES[of][code]}`)]
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

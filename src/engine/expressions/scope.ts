import type { Value } from './value.ts'
import type { Work } from './work.ts'

/** What an expression can name where it stands, as far as the definition tells. */
export type Reach = {
  /** Whether a bare name is a root here (`vars`, `item` in a round …) or the id of a step. */
  has(name: string): boolean
}

/** Where an expression is evaluated. The engine makes one for each step, or for each evaluation outside of one. */
export type ExpressionScope = {
  /** A root's value, or else the result of the step of that name; null where there is neither. */
  lookup(name: string): Value
  /** All that is known of a step by its id (`result`, `status` …); null where it is not in reach. */
  step(id: string): Value
  /** A UUID that only this job, this step and this name give, and give again after a crash. */
  uuid(name: string): string
}

/** One evaluation: the text for its errors, where it stands, and what it may still do. */
export type Evaluation = { readonly text: string; readonly scope: ExpressionScope; readonly work: Work }

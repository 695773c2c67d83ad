import { ExpressionError } from './error.ts'

/** What a function was given is of the right type, and still no good: the call adds where it stands. */
export class ArgumentMistake extends ExpressionError {
  // Its name stays that of the other, which is what a step tells.
}

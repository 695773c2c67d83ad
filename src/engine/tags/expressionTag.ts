import { SyntaxMistake } from '../expressions/error.ts'
import { type Expression, parseExpression } from '../expressions/expression.ts'
import { trimmed } from './whiteSpace.ts'

/** `{= expression =}` in a text. */
export type ExpressionTag = {
  readonly kind: '='
  /** As it stands there, braces included: what is no expression is text in a job that was accepted before. */
  readonly written: string
  /** How many UTF-16 units of the text stand before the expression itself. */
  readonly offset: number
  readonly parsed: Expression | SyntaxMistake
}

/** The expression that stands between two indexes of a text, braces included. */
export function expressionTag(text: string, at: number, end: number): ExpressionTag {
  const inner = text.slice(at + 2, end - 2)
  const { start, end: stop } = trimmed(inner)
  const parsed = parseOrMistake(inner.slice(start, stop))
  return { kind: '=', written: text.slice(at, end), offset: at + 2 + start, parsed }
}

function parseOrMistake(text: string): Expression | SyntaxMistake {
  try {
    return parseExpression(text)
  } catch (error) {
    if (error instanceof SyntaxMistake) return error
    throw error
  }
}

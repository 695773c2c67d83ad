import { LRUCache } from 'lru-cache'
import type { Parsed } from './convert.ts'
import { ExpressionError, SyntaxMistake } from './error.ts'
import { evaluate } from './evaluate.ts'
import { keysInstead } from './instead.ts'
import { MissingValue } from './missing.ts'
import { parse } from './parse.ts'
import type { ExpressionScope, Reach } from './scope.ts'
import { type Value } from './value.ts'
import type { Work } from './work.ts'

/** An expression, parsed. Equal texts share one. */
export type Expression = Parsed & { readonly text: string }

/** Some 20 MB: a node takes 100 to 150 bytes. */
const CACHED_NODES = 150_000

const parsed = new LRUCache<string, Expression>({
  maxSize: CACHED_NODES,
  sizeCalculation: ({ nodes, text }) => nodes + Math.ceil(text.length / 50),
})

/** Parses an expression, once for all equal texts. Throws a `SyntaxMistake`. */
export function parseExpression(text: string): Expression {
  const known = parsed.get(text)
  if (known !== undefined) return known
  const expression = { text, ...parse(text) }
  parsed.set(text, expression)
  return expression
}

/** The first name in an expression that is neither a root nor a step where it stands, or null. */
export function unknownName({ names }: Expression, reach: Reach): SyntaxMistake | null {
  const unknown = names.find(({ name }) => !reach.has(name))
  if (unknown === undefined) return null
  return new SyntaxMistake(`there is no step and no root ${unknown.name} here`, unknown.column)
}

/** The value of an expression. Throws an `ExpressionError` that names the part that is at fault. */
export function evaluateExpression(expression: Expression, scope: ExpressionScope, work: Work): Value {
  work.spend(expression.nodes)
  const evaluation = { text: expression.text, scope, work }
  try {
    return evaluate(expression.root, evaluation)
  } catch (error) {
    if (!(error instanceof MissingValue)) throw error
    throw new ExpressionError(error.message + keysInstead(error.part, evaluation))
  }
}

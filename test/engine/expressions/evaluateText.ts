import { evaluateExpression, parseExpression } from '../../../src/engine/expressions/expression.ts'
import type { ExpressionScope } from '../../../src/engine/expressions/scope.ts'
import { toJson, type Value } from '../../../src/engine/expressions/value.ts'
import { Work } from '../../../src/engine/expressions/work.ts'
import type { Json } from '../../../src/engine/values/json.ts'

const MEBIBYTE = 1_048_576

/** Evaluates an expression with these roots alone, and gives what would leave it. */
export function evaluateText(
  text: string,
  roots: Readonly<Record<string, Value>> = {},
  work = new Work(MEBIBYTE),
): Json {
  const scope: ExpressionScope = {
    lookup: (name) => (Object.hasOwn(roots, name) ? (roots[name] as Value) : null),
    step: () => null,
    uuid: (name) => `00000000-0000-8000-8000-${name.padStart(12, '0').slice(0, 12)}`,
  }
  return toJson(evaluateExpression(parseExpression(text), scope, work))
}

import { anyFunctions } from './anything.ts'
import type { ExpressionFunction } from './define.ts'
import { encodingFunctions } from './encodings.ts'
import { listFunctions } from './lists.ts'
import { momentFunctions } from './moments.ts'
import { numberFunctions } from './numbers.ts'
import { objectFunctions } from './objects.ts'
import { pathFunctions } from './paths.ts'
import { textFunctions } from './text.ts'

/** The functions of one kind, as the documentation has them. */
export type FunctionGroup = { readonly title: string; readonly functions: readonly ExpressionFunction[] }

/** All functions of expressions, by what they work on. */
export const functionGroups: readonly FunctionGroup[] = [
  { title: 'Text', functions: textFunctions },
  { title: 'Numbers', functions: numberFunctions },
  { title: 'Lists', functions: listFunctions },
  { title: 'Lists, by a path in their items', functions: pathFunctions },
  { title: 'Objects', functions: objectFunctions },
  { title: 'Moments and durations', functions: momentFunctions },
  { title: 'Anything', functions: anyFunctions },
  { title: 'Encodings', functions: encodingFunctions },
]

/** All functions of expressions, in that order. */
export const allFunctions: readonly ExpressionFunction[] = functionGroups.flatMap(({ functions }) => functions)

const byName = new Map(allFunctions.map((one) => [one.name, one]))

/** The function of a name, or undefined. */
export function functionNamed(name: string): ExpressionFunction | undefined {
  return byName.get(name)
}

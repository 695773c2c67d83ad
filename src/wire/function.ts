import { type Static, Type } from 'typebox'
import type { ExpressionFunction } from '../engine/expressions/functions/define.ts'

/** A function of expressions as the catalogue shows it. */
export const FunctionWire = Type.Object(
  {
    name: Type.String({ examples: ['substring'] }),
    signature: Type.String({ examples: ['substring(text: string, from: integer, to?: integer): string'] }),
    description: Type.String({ description: 'What it gives, in a sentence.' }),
    example: Type.Object(
      {
        expression: Type.String({ examples: ['"abcd".substring(1, 3)'] }),
        value: Type.Unknown({ description: 'What the expression gives.', examples: ['bc'] }),
      },
      { description: 'A use of it.' },
    ),
  },
  { $id: 'Function', description: 'A function that expressions, `{= … =}`, can call.' },
)
export type FunctionWire = Static<typeof FunctionWire>

/** A function as the catalogue tells of it. */
export function functionToWire({ name, signature, sentence, example }: ExpressionFunction): FunctionWire {
  const { expression, value } = example
  return { name, signature, description: sentence, example: { expression, value } }
}

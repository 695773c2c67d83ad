import { functionGroups } from '../../src/engine/expressions/functions/table.ts'
import { table } from './table.ts'

/** The functions of expressions, a table a kind. */
export function functionsTables(): string {
  return functionGroups
    .map(({ title, functions }) => {
      const rows = functions.map(({ signature, sentence, example }) => [
        `\`${signature}\``,
        sentence,
        `\`${example.expression}\` → \`${JSON.stringify(example.value)}\``,
      ])
      return `### ${title}\n\n${table(['function', 'gives', 'example'], rows)}`
    })
    .join('\n\n')
}

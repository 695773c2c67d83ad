import { Type } from '../../engine/block.ts'

/** What stands between two values of a row. */
export const delimiter = Type.String({
  default: ',',
  minLength: 1,
  maxLength: 1,
  pattern: '^[^"\\r\\n]$',
  description: 'The character between two values, such as `;` or a tab.',
})

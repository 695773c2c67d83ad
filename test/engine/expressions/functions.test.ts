import { describe, expect, test } from 'vitest'
import { allFunctions } from '../../../src/engine/expressions/functions/table.ts'
import { evaluateText } from './evaluateText.ts'

describe('every function', () => {
  test.each(allFunctions)('$signature does what its example says', ({ name, example }) => {
    expect(example.expression).toContain(`${name}(`)
    expect(evaluateText(example.expression)).toEqual(example.value)
  })

  test('has a name of its own and a sentence', () => {
    expect(new Set(allFunctions.map(({ name }) => name)).size).toBe(allFunctions.length)
    for (const { sentence } of allFunctions) expect(sentence).toMatch(/^[A-Z].*\.$/)
  })
})

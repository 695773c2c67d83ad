import { parseSync, Visitor } from 'vite'
import { expect, test } from 'vitest'
import { sources } from './exports.ts'

/** At most one cast for so many lines: each says that its author knows better than the types do. */
const LINES_A_CAST = 1000

/** The casts in a program. `as const` asserts nothing. */
function castsIn(path: string, text: string): string[] {
  const casts: string[] = []
  const add = (node: { readonly start: number; readonly end: number }): void => {
    const line = text.slice(0, node.start).split('\n').length
    casts.push(`${path}:${line}: ${text.slice(node.start, node.end)}`)
  }
  const visitor = new Visitor({
    TSAsExpression: (node) => {
      const { typeAnnotation: type } = node
      const isConst = type.type === 'TSTypeReference' && 'name' in type.typeName && type.typeName.name === 'const'
      if (!isConst) add(node)
    },
    TSTypeAssertion: add,
    TSNonNullExpression: add,
  })
  visitor.visit(parseSync(path, text).program)
  return casts
}

test('a cast is found in every form', () => {
  const text = `const a = b as C\nconst d = <C>b\nconst e = b!\nconst f = ['x'] as const\nconst g = {} satisfies C`
  expect(castsIn('x.ts', text)).toEqual(['x.ts:1: b as C', 'x.ts:2: <C>b', 'x.ts:3: b!'])
})

test('src has at most one cast in a thousand lines', async () => {
  const texts = await sources()
  const casts = texts.flatMap(({ path, text }) => castsIn(path, text))
  const lines = texts.reduce((sum, { text }) => sum + text.split('\n').length, 0)
  expect(casts.length, casts.join('\n')).toBeLessThanOrEqual(lines / LINES_A_CAST)
})

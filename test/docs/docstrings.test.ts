import { expect, test } from 'vitest'
import { exportsOf, sources } from './exports.ts'

/**
 * What a file exports and does not tell of. A block says what it is by its description; the type of a schema, and an
 * overload, by what stands over the other of that name.
 */
function untold(path: string, text: string): string[] {
  const all = exportsOf(path, text)
  const told = new Set(all.filter(({ hasDocstring }) => hasDocstring).map(({ name }) => name))
  return all
    .filter(({ name, isBlock, isOfSchema }) => !told.has(name) && !isBlock && !isOfSchema)
    .map(({ name, line }) => `${path}:${line}: ${name}`)
}

test('an export without a docstring is found, one whose docstring slipped to another line too', () => {
  expect(untold('a.ts', '/** A row. */\nexport type Row = 1\nexport type Page = Row[]')).toEqual(['a.ts:3: Page'])
  expect(untold('a.ts', '/** Reads. */\nconst PLAN = 1\n\nexport class Reader {}')).toEqual(['a.ts:4: Reader'])
  expect(untold('a.ts', '// Reads.\nexport function read() {}')).toEqual(['a.ts:2: read'])
  expect(untold('a.ts', '/** Reads. */\nexport const [a, read] = [1, 2], b = 3')).toEqual([])
  expect(untold('a.ts', "export const get = defineBlock({ action: 'A.GET' })")).toEqual([])
})

test('whatever a file of src exports says what it is', async () => {
  expect((await sources()).flatMap(({ path, text }) => untold(path, text))).toEqual([])
})

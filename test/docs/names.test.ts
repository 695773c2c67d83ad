import { expect, test } from 'vitest'
import { exportsOf, sources } from './exports.ts'

/** Doors, rules and rows: a verb stands once on each floor, and the one above calls the one below. */
const FLOORS = ['compose', 'service', 'store']

/** The names that files give to two things. What is a value and a type at once is one thing. */
function givenTwice(files: readonly { readonly path: string; readonly text: string }[]): string[] {
  const known = new Map<string, string[]>()
  for (const { path, text } of files) {
    for (const { name, kind, isBlock } of exportsOf(path, text)) {
      // A block is named for what its action says, and read with its category: TEXT.GET, LISTS.GET.
      if (isBlock) continue
      const key = `${kind === 'type' ? 'type' : 'value'} ${name}`
      known.set(key, [...(known.get(key) ?? []), path])
    }
  }
  return [...known].flatMap(([key, paths]) => {
    const units = paths.map((path) => path.split('/')[0] ?? '')
    const areFloors = units.every((unit) => FLOORS.includes(unit)) && new Set(units).size === units.length
    return new Set(paths).size === 1 || areFloors ? [] : [`${key}: ${paths.join(', ')}`]
  })
}

test('a name that is given to two things is found', () => {
  const file = (path: string, text: string) => ({ path, text })
  const one = 'export function read() {}\nexport type Row = 1\n'
  expect(givenTwice([file('wire/a.ts', one), file('feed/b.ts', one)])).toEqual([
    'value read: wire/a.ts, feed/b.ts',
    'type Row: wire/a.ts, feed/b.ts',
  ])
  expect(givenTwice([file('service/a.ts', one), file('store/b.ts', 'export function read() {}')])).toEqual([])
  expect(givenTwice([file('store/a.ts', one), file('store/b.ts', 'export function read() {}')])).toHaveLength(1)
})

test('one name, one thing: what two files export has two names', async () => {
  expect(givenTwice(await sources())).toEqual([])
})

import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { errorClasses } from '../../docs/generate/errors.ts'
import { ROOT } from './fences.ts'

// docs/errors.md is generated from these; test/docs/generated.test.ts fails when it is stale.

const classes = await errorClasses()

test('every class of errors has one name and one meaning', () => {
  const names = classes.map(({ name }) => name)
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([])
  expect(classes.filter(({ meaning }) => meaning === '').map(({ name }) => name)).toEqual([])
})

test('no code belongs to two classes, but where the second is a kind of the first', () => {
  const codes = new Map<string, string>()
  const twice = classes
    .filter(({ parent }) => parent === 'Error')
    .flatMap(({ name, codes: own }) => own.map(({ code }) => ({ code, name })))
    .filter(({ code, name }) => {
      const other = codes.get(code)
      codes.set(code, name)
      return other !== undefined
    })
  expect(twice).toEqual([])
})

test('each class gives its errors its own name, so that logs and steps tell it', async () => {
  const named = (await sources()).flatMap((text) =>
    [...text.matchAll(/name(?:: string)? = '(\w+)'/g)].map(([, n]) => n),
  )
  const unnamed = classes.filter(({ name }) => !named.includes(name) && !NAMED_BY_WHAT_HAPPENED.has(name))
  expect(unnamed.map(({ name }) => name)).toEqual([])
})

test('whatever is thrown is a class of the list, or a plain error', async () => {
  const known = new Set([...classes.map(({ name }) => name), ...PLAIN])
  const thrown = (await sources()).flatMap((text) => [
    ...[...text.matchAll(/throw new (\w+)/g)].map(([, name = '']) => name),
    ...[...text.matchAll(/class (\w+) extends (\w+)/g)].flatMap(([, name = '', of = '']) =>
      known.has(of) ? [name] : [],
    ),
  ])
  expect([...new Set(thrown)].filter((name) => !known.has(name))).toEqual([])
})

/** A bug of ours, or of whoever calls; the last is what commander wants for an option. */
const PLAIN = ['Error', 'TypeError', 'RangeError', 'InvalidArgumentError']

/** Their names are what `catch` and `retry` of a step match. */
const NAMED_BY_WHAT_HAPPENED = new Set([
  'ArgumentMistake',
  'FlowFailure',
  'HttpStatusError',
  'MissingValue',
  'MockedError',
  'OutboundError',
  'RequestError',
])

async function sources(): Promise<string[]> {
  const paths = (await readdir(join(ROOT, 'src'), { recursive: true })).filter(
    (path) => path.endsWith('.ts') && !path.startsWith('store/generated'),
  )
  return Promise.all(paths.map((path) => readFile(join(ROOT, 'src', path), 'utf8')))
}

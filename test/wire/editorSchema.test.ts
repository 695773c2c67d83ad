import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { allStandardBlocks } from '../../src/blocks/standard.ts'
import { createRegistry } from '../../src/engine/registry.ts'
import { editorSchema } from '../../src/wire/editorSchema.ts'
import { referenceCases } from '../cases/cases.ts'
import { flowCases } from '../cases/flowCases.ts'
import { testBlocks } from '../cases/testBlocks.ts'

const outbound = { request: () => Promise.reject(new Error('nothing is called here')) }
const registry = createRegistry([...allStandardBlocks(outbound), ...testBlocks])
const schema = editorSchema(registry.match('*'))
const fits = new Ajv2020({ strict: false, validateFormats: false }).compile(schema)

/** Wrong for what a schema can't see: what expressions say, what tags give, how places in a list relate, depth. */
const UNSEEN = new Set([
  ...['refuse.syntax', 'refuse.functions-and-macros', 'refuse.roots', 'refuse.reserved-words', 'refuse.bounds'],
  ...['refuse.empty-and-nested', 'refuse.in-keys-if-output', 'if.refuse-two-tags', 'do.inner-as-bare-name'],
  ...['choose.else-not-last', 'each.items-no-list', 'parallel.equal-branch-ids', 'end.in-undo', 'sleep.neither'],
  ...['tree.eleven-levels', 'malformed.reserved-ids'],
])
const wrongly = (expected: unknown): boolean => /"INVALID_TYPE"/.test(JSON.stringify(expected))
/** The schema knows actions in upper case only, and those of the catalogue. */
const known = (job: object): boolean =>
  !/"action":"(?:[^"]*[a-z]|NO\.SUCH|FLOW\.NOPE|FLOW\.WAIT)/.test(JSON.stringify(job))

const cases = [
  ...referenceCases.map(({ name, job, expected }) => ({ name, job, wrong: wrongly(expected) })),
  ...flowCases.map(({ name, job, expected }) => ({ name, job, wrong: expected === undefined || wrongly(expected) })),
].filter(({ job }) => known(job))

test.each(cases.filter(({ wrong }) => !wrong))('$name is right by the schema', ({ job }) => {
  expect(fits(job) ? [] : fits.errors).toEqual([])
})

test.each(cases.filter(({ name, wrong }) => wrong && !UNSEEN.has(name)))('$name is wrong by the schema', ({ job }) => {
  expect(fits(job)).toBe(false)
})

const folder = join(import.meta.dirname, '../../examples')
test.each(readdirSync(folder).filter((name) => name.endsWith('.json')))(
  'examples/%s is right, also with a link',
  (name) => {
    const definition = JSON.parse(readFileSync(join(folder, name), 'utf8')) as object
    expect(fits(definition) ? [] : fits.errors).toEqual([])
    expect(fits({ $schema: 'http://127.0.0.1:4000/v1/schema', ...definition })).toBe(true)
  },
)

test('an unknown action, and one in lower case, are wrong; each action has a title', () => {
  expect(fits({ steps: [{ action: 'TEXT.JION', parameters: { text1: 'a', text2: 'b' } }] })).toBe(false)
  expect(fits({ steps: [{ action: 'text.join', parameters: { text1: 'a', text2: 'b' } }] })).toBe(false)
  const { StepInput } = schema['$defs'] as Record<string, { properties: { action: { oneOf: { title: string }[] } } }>
  expect(StepInput?.properties.action.oneOf.every(({ title }) => title.length > 0)).toBe(true)
})

test('a tag may stand wherever a value may: of any type, at any depth', () => {
  const step = (parameters: object) => ({ steps: [{ action: 'TEST.TYPED', parameters }] })
  expect(fits(step({ count: 3 }))).toBe(true)
  expect(fits(step({ count: 'three' }))).toBe(false)
  for (const tag of ['{: a.b :}', 'n: {# n #}', '{< l >}', '{% job.id %}', '{= 1 + 2 =}'])
    expect(fits(step({ count: tag }))).toBe(true)
})

import fc from 'fast-check'
import { standardBlocks } from '../../src/blocks/standard.ts'

const ACTIONS = standardBlocks.map(({ action }) => action)
const KEYS = [
  'a',
  'b',
  'list',
  'text',
  '__proto__',
  'constructor',
  'toString',
  'length',
  '0',
  '-1',
  '1:',
  '::-1',
  '_x',
  '',
]

/** Texts with tags in them: whole ones, nested ones, broken ones. */
const tagText: fc.Arbitrary<string> = fc.letrec<{ text: string }>((tie) => ({
  text: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(...KEYS, 'job', 'steps', 'variables', 'result', 'status', 'parameters', 'metadata', 'name'),
    fc.string({ unit: 'binary', maxLength: 6 }),
    fc
      .tuple(fc.constantFrom('{%,%}', '{:,:}', '{#,#}', '{<,>}', '{#,%}'), fc.array(tie('text'), { maxLength: 4 }))
      .map(([pair, parts]) => `${pair.slice(0, 2)} ${parts.join('.')} ${pair.slice(3)}`),
    fc.array(tie('text'), { maxLength: 4 }).map((parts) => parts.join(' ')),
  ),
})).text

/** Any JSON at all, with tags and dangerous keys in it more often than chance has it. */
export const anyJson: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    tagText,
    fc.constantFrom(null, true, false, 0, -1, 1, 1e308, -1e308, 5e-324, 9007199254740991, -0),
    fc.jsonValue({ maxDepth: 2 }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc
      .array(fc.tuple(fc.oneof(fc.constantFrom(...KEYS), tagText), tie('value')), { maxLength: 4 })
      .map((entries) => Object.fromEntries(entries)),
  ),
})).value

const parameters = fc.dictionary(
  fc.constantFrom(
    ...['value', 'value1', 'value2', 'list', 'list1', 'list2', 'item', 'index', 'text', 'piece', 'name', 'key'],
    ...['dictionary', 'old', 'new', 'start', 'stop', 'step', 'seconds', 'template', 'values', 'pairs', 'slice'],
  ),
  anyJson,
  { maxKeys: 4 },
)

const step = fc.record(
  {
    action: fc.oneof(fc.constantFrom(...ACTIONS), fc.string({ unit: 'binary', minLength: 1, maxLength: 12 })),
    id: fc.constantFrom('1', '2', 'a', 'a.b', '__proto__', 'constructor', '🐍'),
    parameters,
    forced: fc.boolean(),
    if: anyJson,
  },
  { requiredKeys: ['action'] },
)

/** A definition that is valid, or nearly so. */
export const nearlyValid: fc.Arbitrary<Record<string, unknown>> = fc.record(
  {
    name: fc.option(fc.string({ maxLength: 20 })),
    tags: fc.array(fc.constantFrom('HTTP', 'x', '__proto__'), { maxLength: 3 }),
    variables: fc.dictionary(fc.constantFrom('a', 'b', 'list', 'constructor'), anyJson, { maxKeys: 4 }),
    local_values: fc.dictionary(fc.constantFrom('a', 'b', 'toString'), anyJson, { maxKeys: 3 }),
    metadata: fc.dictionary(fc.constantFrom('a', 'constructor'), fc.string({ maxLength: 5 }), { maxKeys: 2 }),
    step_limit: fc.option(fc.nat(10)),
    block_limit_overrides: fc.dictionary(fc.constantFrom('*', 'TEXT.*', '?*?*?', '*.*'), fc.option(fc.nat(3))),
    output: anyJson,
    steps: fc.array(step, { maxLength: 8 }),
  },
  { requiredKeys: ['steps'] },
)

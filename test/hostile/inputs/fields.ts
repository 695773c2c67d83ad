import { ACCEPTED, definition, type HostileInput, INVALID } from './input.ts'

const field = (name: string, value: unknown, pointer = `/${name}`): HostileInput =>
  definition(`${name}: ${JSON.stringify(value)?.slice(0, 60)}`, { steps: [], [name]: value }, INVALID(pointer))
const step = (name: string, value: unknown, pointer = `/steps/0/${name}`): HostileInput =>
  definition(
    `a step's ${name}: ${JSON.stringify(value)?.slice(0, 60)}`,
    { steps: [{ action: 'LOGIC.TRUE', [name]: value }] },
    INVALID(pointer),
  )

const ids = [
  '',
  '.',
  '..',
  '-a',
  '_a',
  '../etc',
  'a/b',
  'a\\b',
  'a b',
  'a%2fb',
  'a\0',
  'a\r\nb',
  'ａ',
  'é',
  'x'.repeat(65),
]

/** Fields with values that are none of theirs. */
export const fields: readonly HostileInput[] = [
  ...[...ids, 5, null, {}, ['a']].map((id) => field('id', id)),
  ...['\0', '\ud800', 'a\udc00', 'x'.repeat(201), 5, [], {}].map((name) => field('name', name)),
  ...[5, {}, 'HTTP', null, Array(65).fill('t')].map((tags) => field('tags', tags)),
  ...['', 'x'.repeat(101), 'a\0', '\udfff', 5, null, ['x']].map((tag) => field('tags', [tag], '/tags/0')),
  ...[[], 'x', null, 5].map((value) => field('variables', value)),
  ...[[], 'x', null].map((value) => field('local_values', value)),
  ...[[], 'x', Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`k${i}`, 'v']))].map((value) =>
    field('metadata', value),
  ),
  field('metadata', { a: 5 }, '/metadata/a'),
  field('metadata', { a: 'x'.repeat(501) }, '/metadata/a'),
  field('metadata', { a: '\0' }, '/metadata/a'),
  field('metadata', { a: '\ud800' }, '/metadata/a'),
  field('metadata', { a: null }, '/metadata/a'),
  ...['', 'a b', 'a=b', 'a/b', 'a\0', 'é', 'x'.repeat(41)].map((key) =>
    definition(
      `a label named ${JSON.stringify(key)}`,
      { steps: [], metadata: { [key]: 'v' } },
      { status: 422, problem: 'invalid-definition' },
    ),
  ),
  ...[-1, 1.5, 2147483648, '5', true, [], {}, -1e300].map((limit) => field('step_limit', limit)),
  ...[-2147483649, 1.5, 2147483648, '5', true].map((limit) =>
    field('block_limit_overrides', { 'TEXT.*': limit }, '/block_limit_overrides/TEXT.*'),
  ),
  ...['', 'x'.repeat(201)].map((pattern) =>
    definition(
      `a pattern of ${pattern.length} characters`,
      { steps: [], block_limit_overrides: { [pattern]: 1 } },
      { status: 422, problem: 'invalid-definition' },
    ),
  ),
  field('global_values', {}),
  field('state', 'succeeded'),
  field('owner', 1),
  field('tenant', 'other'),
  ...[5, {}, 'x', null].map((steps) => field('steps', steps)),
  definition('no steps at all', {}, INVALID('/steps')),
  ...[5, 'x', null, []].map((value) =>
    definition(`a step that is ${JSON.stringify(value)}`, { steps: [value] }, INVALID('/steps/0')),
  ),
  definition('a step without an action', { steps: [{}] }, INVALID('/steps/0/action')),
  ...['', 'x'.repeat(201), 5, null, ['A'], 'A\0', 'A\ud800'].map((action) => step('action', action)),
  ...['', 'a/b', '/', 'a\n', '\0', '\u007f', '\u0085', '\ud800', 'x'.repeat(129), 5, null, {}].map((id) =>
    step('id', id),
  ),
  ...[5, 'x', [], null].map((value) => step('parameters', value)),
  ...['true', 1, null, []].map((value) => step('forced', value)),
  step('else', 1),
  step('return_value', 'x'),
  step('status', { name: 'DONE', value: 0 }),
  ...[
    'LOGIC.TRU\u0415',
    'LOGI\u0421.TRUE',
    'logic.true\u200b',
    'LOG\u0130C.TRUE',
    'log\u0131c.true',
    '\uff2cOGIC.TRUE',
    'LOGIC.TRUE ',
    'LOGIC..TRUE',
    '__proto__',
    'constructor',
    'toString',
  ].map((action) =>
    definition(`an action that only looks like one: ${JSON.stringify(action)}`, { steps: [{ action }] }, ACCEPTED),
  ),
  ...['__proto__', 'constructor', '..', '.', '%2e%2e', 'a?b#c', '<script>', "'; drop table job; --", '$1', '\\'].map(
    (id) => definition(`a step with the id ${id}`, { steps: [{ action: 'LOGIC.TRUE', id }] }, ACCEPTED),
  ),
  definition(
    'SQL wherever there is text',
    {
      id: `sql-${Date.now()}`,
      name: "'); delete from job; --",
      tags: ["' or 1=1 --"],
      metadata: { a: "'; select pg_sleep(9); --" },
      steps: [],
    },
    ACCEPTED,
  ),
]

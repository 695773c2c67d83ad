import { type Bomb, set, text, TOO_LARGE } from './bomb.ts'

const digits = (count: number): number[] => Array.from({ length: count }, (_, i) => (i * 7919) % 10)
const repeated = (count: number, step: object): object[] => Array.from({ length: count }, () => step)

/** Tags, and blocks that work on lists, objects, numbers and variables. */
export const VALUE_BOMBS: readonly Bomb[] = [
  {
    name: 'tags that count to a character of a long text, 40,000 times',
    job: () => ({ variables: { a: 'x'.repeat(400_000) }, steps: [set('{# a.399999 #}'.repeat(40_000))] }),
    fails: TOO_LARGE,
  },
  {
    name: 'tags that slice a long text, 50,000 times',
    job: () => ({ variables: { a: '🐍'.repeat(100_000) }, steps: [set('{# a.-1: #}'.repeat(50_000))] }),
    fails: TOO_LARGE,
  },
  {
    name: 'tags that slice a long list backwards and take one item',
    job: () => ({ variables: { a: digits(200_000) }, steps: [set('{# a.::-1.::-1.0 #}'.repeat(30_000))] }),
    fails: TOO_LARGE,
  },
  {
    name: 'tags that name the whole job',
    job: () => ({ steps: repeated(1000, { action: 'TEXT.CREATE', parameters: { value: '{% steps %}'.repeat(80) } }) }),
    fails: TOO_LARGE,
  },
  {
    name: 'tags nested 80,000 deep',
    job: () => ({
      variables: { a: 'a' },
      steps: [set(`${'{# '.repeat(80_000)}a${' #}'.repeat(80_000)}`)],
    }),
    fails: null,
  },
  {
    name: 'tags that are opened 330,000 times',
    job: () => ({ steps: [set('{# '.repeat(330_000))] }),
    fails: null,
  },
  {
    name: 'a path of millions of parts',
    job: () => ({ variables: { a: '.'.repeat(900_000) }, steps: [set(`{# ${text.repeat(16)} #}`)] }),
    fails: TOO_LARGE,
  },
  {
    name: 'a variable that doubles as text, step by step',
    job: () => ({ variables: { a: 'xx' }, steps: repeated(40, set('{# a #}{# a #}')) }),
    fails: TOO_LARGE,
  },
  {
    name: 'a variable that doubles as a tree of lists',
    job: () => ({ variables: { a: [1] }, steps: repeated(40, set([text, text])) }),
    fails: TOO_LARGE,
  },
  {
    name: 'a variable that doubles as an object',
    job: () => ({ variables: { a: {} }, steps: repeated(40, set({ l: text, r: text })) }),
    fails: TOO_LARGE,
  },
  {
    name: 'a list that is extended by itself',
    job: () => ({
      variables: { a: [1] },
      steps: repeated(40, { action: 'LISTS.EXTEND', parameters: { list1: text, list2: text } }),
    }),
    fails: TOO_LARGE,
  },
  {
    name: 'a list that is merged with itself',
    job: () => ({
      variables: { a: digits(400_000) },
      steps: repeated(2, { action: 'LISTS.MERGE', parameters: { list1: text, list2: text } }),
    }),
    fails: TOO_LARGE,
  },
  {
    name: 'a list of the same list, flattened',
    job: () => ({
      variables: { a: digits(100_000) },
      steps: [{ action: 'LISTS.FLATTEN', parameters: { values: repeated(200, [text]).map(() => text) } }],
    }),
    fails: TOO_LARGE,
  },
  {
    name: 'sorting half a million lists',
    job: () => ({
      variables: { a: digits(120_000).map((digit) => [[digit]]) },
      steps: [
        ...repeated(2, { action: 'LISTS.EXTEND', parameters: { list1: text, list2: text } }),
        { action: 'LISTS.SORT', parameters: { list: text } },
      ],
    }),
    fails: null,
  },
  {
    name: 'MATH.EXP on MATH.EXP',
    job: () => ({
      steps: Array.from({ length: 900 }, (_, i) => ({
        action: 'MATH.EXP',
        parameters: { value1: i === 0 ? 10 : `{: ${i} :}`, value2: 10 },
      })),
    }),
    fails: ['UNHANDLED_EXCEPTION', 'RangeError'],
  },
  {
    name: 'MATH.SUM beyond all numbers',
    job: () => ({ steps: [{ action: 'MATH.SUM', parameters: { value1: 1.7e308, value2: 1.7e308 } }] }),
    fails: ['UNHANDLED_EXCEPTION', 'RangeError'],
  },
  {
    name: 'slices with huge bounds and steps',
    job: () => ({
      variables: { a: digits(200_000) },
      steps: [
        { action: 'OBJECT.SLICE_VALUE', parameters: { value: text, start: -1e15, stop: 1e15, step: 1e15 } },
        { action: 'OBJECT.SLICE_VALUE', parameters: { value: text, start: 1e300, stop: -1e300, step: -1e300 } },
        set('{# a.-999999999999999:999999999999999:999999999999999 #}'),
      ],
    }),
    fails: null,
  },
  {
    name: 'JSON.PARSE of half a million levels',
    job: () => ({
      steps: [{ action: 'JSON.PARSE', parameters: { text: `${'['.repeat(450_000)}${']'.repeat(450_000)}` } }],
    }),
    fails: ['INVALID_ARGUMENT', 'InvalidArgument'],
  },
  {
    name: 'JSON.STRINGIFY with deep indents',
    job: () => ({
      variables: { a: Array.from({ length: 150 }).reduce((inner: unknown) => [inner], digits(100_000)) },
      steps: [{ action: 'JSON.STRINGIFY', parameters: { value: text, indent: 10 } }],
    }),
    fails: TOO_LARGE,
  },
  {
    name: 'JSON.STRINGIFY of escapes of escapes',
    job: () => ({
      variables: { a: '"'.repeat(400_000) },
      steps: [{ action: 'JSON.STRINGIFY', parameters: { value: [text, text] } }],
    }),
    fails: TOO_LARGE,
  },
  {
    name: 'a variable of control characters, six bytes each as JSON',
    job: () => ({ variables: { a: '\u0001'.repeat(150_000) }, steps: [set(text.repeat(20))] }),
    fails: TOO_LARGE,
  },
  {
    name: 'variables of four megabytes that change with every step',
    job: () => ({
      variables: { a: 'x'.repeat(900_000) },
      steps: [set(text.repeat(4)), ...repeated(100, { action: 'VARIABLE.CREATE', parameters: { name: 'b' } })],
    }),
    fails: null,
  },
  {
    name: 'keys of a million characters',
    job: () => ({
      variables: { a: 'x'.repeat(900_000) },
      steps: [
        {
          action: 'DICTIONARY.CREATE',
          parameters: Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`{# a #}${i}`, i])),
        },
      ],
    }),
    fails: TOO_LARGE,
  },
  {
    name: '70,000 parameters that a block does not know',
    job: () => ({
      steps: [
        {
          action: 'LOGIC.TRUE',
          parameters: Object.fromEntries(Array.from({ length: 70_000 }, (_, i) => [`k${i}`, i])),
        },
      ],
    }),
    fails: ['INVALID_TYPE', 'InvalidType'],
  },
  {
    name: 'patterns of stars that nearly fit',
    job: () => ({
      block_limit_overrides: Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`${'*E'.repeat(95)}*Z${i}`, 1])),
      steps: repeated(1000, { action: 'LOGIC.TRUE' }),
    }),
    fails: null,
  },
  {
    name: 'blocks of look-alike letters',
    job: () => ({ steps: [{ action: 'LOGIC.TRU\u0415' }] }),
    fails: ['BLOCK_NOT_FOUND', 'BlockNotFound'],
  },
]

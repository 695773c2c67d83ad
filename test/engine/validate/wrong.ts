/** A definition that people write, and the problem that must come. */
export type Wrong = {
  readonly name: string
  readonly job: { readonly steps: readonly object[]; readonly [key: string]: unknown }
  readonly code: string
  readonly pointer: string
  readonly suggestion?: string
}

const join = { action: 'TEXT.JOIN', id: 'join', parameters: { text1: 'a', text2: 'b' } }
const echo = (value: unknown, more: object = {}): object => ({ action: 'TEXT.CREATE', parameters: { value }, ...more })
const at = '/steps/0/parameters'
const one = (action: string, parameters: object = {}): Wrong['job'] => ({ steps: [{ action, parameters }] })

const action = (written: string, suggestion: string): Wrong => ({
  name: `the action ${written}`,
  job: one(written),
  code: 'unknown-action',
  pointer: '/steps/0/action',
  suggestion,
})

const actions: readonly Wrong[] = [
  action('TEXT.JION', 'TEXT.JOIN'),
  action('text.jon', 'TEXT.JOIN'),
  action('TEXT.CONCAT', 'TEXT.JOIN'),
  action('STRING.CONCAT', 'TEXT.JOIN'),
  action('TEXT.TRIM', 'TEXT.STRIP'),
  action('TEXT.SUBSTRING', 'TEXT.SLICE'),
  action('TEXT.UPPER', 'TEXT.UPPERCASE'),
  action('MATH.ADD', 'MATH.SUM'),
  action('MATH.MULTIPLY', 'MATH.MUL'),
  action('MATH.POW', 'MATH.EXP'),
  action('HTTP.FETCH', 'HTTP.REQUEST'),
  action('LISTS.PUSH', 'LISTS.APPEND'),
  action('LISTS.MAP', 'FLOW.EACH'),
  action('LISTS.FILTER', 'FLOW.SET'),
  action('FOREACH', 'FLOW.EACH'),
  action('JOIN', 'TEXT.JOIN'),
  action('FLOW.SWITCH', 'FLOW.CHOOSE'),
  action('FLOW.WHILE', 'FLOW.REPEAT'),
  action('FLOW.FORK', 'FLOW.PARALLEL'),
  action('COALESCE', 'LOGIC.IF_THEN_ELSE'),
  action('FLOW.THROW', 'FLOW.FAIL'),
  action('FLOW.WAIT', 'FLOW.SLEEP'),
  action('OBJECT.KEYS', 'DICTIONARY.LIST_KEYS'),
]

const steps: readonly Wrong[] = [
  { name: 'an id twice', job: { steps: [join, join] }, code: 'duplicate-id', pointer: '/steps/1/id' },
  {
    name: 'an id that is a position',
    job: { steps: [{ ...join, id: '2' }, echo(1)] },
    code: 'duplicate-id',
    pointer: '/steps/1',
  },
  {
    name: 'a block whose tag is missing',
    job: one('TEST.RESTRICTED'),
    code: 'forbidden-action',
    pointer: '/steps/0/action',
  },
  {
    name: 'a block too often',
    job: { steps: [{ action: 'TEST.ONCE' }, { action: 'TEST.ONCE' }] },
    code: 'limit',
    pointer: '/steps/1',
  },
  {
    name: 'a step beyond the limit',
    job: { step_limit: 1, steps: [echo(1), echo(2)] },
    code: 'limit',
    pointer: '/steps/1',
  },
  {
    name: 'an unknown action deep below',
    job: { steps: [{ id: 'g', steps: [{ action: 'TEXT.JION' }] }] },
    code: 'unknown-action',
    pointer: '/steps/0/steps/0/action',
    suggestion: 'TEXT.JOIN',
  },
]

const parameters: readonly Wrong[] = [
  {
    name: 'a number for a text',
    job: one('TEXT.JOIN', { text1: 5, text2: 'b' }),
    code: 'parameter-type',
    pointer: `${at}/text1`,
  },
  {
    name: 'a text for a number',
    job: one('MATH.SUM', { value1: '5', value2: 1 }),
    code: 'parameter-type',
    pointer: `${at}/value1`,
  },
  {
    name: 'a fraction for an integer',
    job: one('TEXT.GET', { text: 'a', index: 0.5 }),
    code: 'parameter-type',
    pointer: `${at}/index`,
  },
  {
    name: 'a text with a tag for a number',
    job: { variables: { n: 1 }, ...one('MATH.SUM', { value1: 'n{# n #}', value2: 1 }) },
    code: 'parameter-type',
    pointer: `${at}/value1`,
  },
  { name: 'a text for a list', job: one('LISTS.COUNT', { list: 'a' }), code: 'parameter-type', pointer: `${at}/list` },
  {
    name: 'a list for an object',
    job: one('DICTIONARY.COUNT', { dictionary: [] }),
    code: 'parameter-type',
    pointer: `${at}/dictionary`,
  },
  {
    name: 'null for a text',
    job: one('TEXT.JOIN', { text1: null, text2: 'b' }),
    code: 'parameter-type',
    pointer: `${at}/text1`,
  },
  {
    name: 'a value that is no choice',
    job: one('LOGIC.IF', { value1: 1, value2: 2, operator: '==' }),
    code: 'parameter-type',
    pointer: `${at}/operator`,
  },
  {
    name: 'a number in a list of texts',
    job: one('XML.PARSE', { text: '<a/>', lists: ['a', 5] }),
    code: 'parameter-type',
    pointer: `${at}/lists/1`,
  },
  {
    name: 'a count below its bound',
    job: { steps: [{ action: 'FLOW.EACH', parameters: { items: [], concurrency: 0 }, steps: [] }] },
    code: 'parameter-type',
    pointer: `${at}/concurrency`,
  },
  { name: 'no parameters at all', job: { steps: [{ action: 'TEXT.JOIN' }] }, code: 'parameter-missing', pointer: at },
  { name: 'one parameter missing', job: one('TEXT.JOIN', { text1: 'a' }), code: 'parameter-missing', pointer: at },
  {
    name: 'a parameter by another name',
    job: one('TEXT.JOIN', { txt1: 'a', text2: 'b' }),
    code: 'parameter-unknown',
    pointer: `${at}/txt1`,
    suggestion: 'text1',
  },
  {
    name: 'a parameter spelt well',
    job: one('TEXT.JOIN_LIST', { list: [], separator: '' }),
    code: 'parameter-unknown',
    pointer: `${at}/separator`,
    suggestion: 'seperator',
  },
  {
    name: 'a parameter that is none',
    job: one('LOGIC.TRUE', { reason: 'x' }),
    code: 'parameter-unknown',
    pointer: `${at}/reason`,
  },
]

const malformed = (text: string): Wrong => ({
  name: `the text ${text}`,
  job: { variables: { a: 1 }, steps: [echo(text)] },
  code: 'tag-malformed',
  pointer: `${at}/value`,
})

const tags: readonly Wrong[] = [
  ...['{:a:}', '{: a:}', '{#a#}', '{{ a }}', '${a}', '{% a', '{=a=}', '{= a', 'Dear {{name}},'].map(malformed),
  {
    name: 'a step that is nowhere',
    job: { steps: [join, echo('{: jion :}')] },
    code: 'tag-unknown',
    pointer: '/steps/1/parameters/value',
    suggestion: 'join',
  },
  {
    name: 'a variable that is nowhere',
    job: { variables: { total: 1 }, steps: [echo('{# totl #}')] },
    code: 'tag-unknown',
    pointer: `${at}/value`,
    suggestion: 'total',
  },
  {
    name: 'a local that is nowhere',
    job: { local_values: { user: 1 }, steps: [echo('{< usr >}')] },
    code: 'tag-unknown',
    pointer: `${at}/value`,
    suggestion: 'user',
  },
  {
    name: 'a variable that is nowhere, in an expression',
    job: { variables: { total: 1 }, steps: [echo('{= vars.totl > 1 =}')] },
    code: 'tag-unknown',
    pointer: `${at}/value`,
    suggestion: 'total',
  },
  {
    name: 'a root that is none',
    job: { steps: [echo('{% jbo.name %}')] },
    code: 'tag-unknown',
    pointer: `${at}/value`,
    suggestion: 'job',
  },
  {
    name: 'an inner step from outside',
    job: { steps: [{ id: 'g', steps: [join] }, echo('{: join :}')] },
    code: 'tag-unknown',
    pointer: '/steps/1/parameters/value',
  },
  { name: 'a later step', job: { steps: [echo('{: join :}'), join] }, code: 'tag-later', pointer: `${at}/value` },
  { name: 'itself', job: { steps: [echo('{: me :}', { id: 'me' })] }, code: 'tag-later', pointer: `${at}/value` },
  {
    name: 'a later step in an expression',
    job: { steps: [echo(1, { if: '{= join == "a" =}' }), join] },
    code: 'tag-later',
    pointer: '/steps/0/if',
  },
  {
    name: 'a place in a text',
    job: { steps: [join, echo('{: join.name :}')] },
    code: 'tag-path',
    pointer: '/steps/1/parameters/value',
  },
  {
    name: 'a place in a number, in an expression',
    job: { steps: [{ action: 'MATH.SUM', id: 's', parameters: { value1: 1, value2: 2 } }, echo('{= s.total =}')] },
    code: 'tag-path',
    pointer: '/steps/1/parameters/value',
  },
  {
    name: 'a text where a number is wanted',
    job: {
      steps: [
        join,
        { action: 'MATH.ABS', parameters: { value: '{: join :}' } },
        { action: 'MATH.SUM', parameters: { value1: '{: join :}', value2: 1 } },
      ],
    },
    code: 'tag-type',
    pointer: '/steps/2/parameters/value1',
  },
  {
    name: 'a number where a list is wanted',
    job: {
      steps: [
        { action: 'MATH.SUM', id: 's', parameters: { value1: 1, value2: 2 } },
        { action: 'FLOW.EACH', parameters: { items: '{: s :}' }, steps: [] },
      ],
    },
    code: 'tag-type',
    pointer: '/steps/1/parameters/items',
  },
]

const decided: readonly Wrong[] = [
  {
    name: 'a condition that is false',
    job: { steps: [echo(1, { if: false })] },
    code: 'never',
    pointer: '/steps/0/if',
  },
  { name: 'a condition that is 0', job: { steps: [echo(1, { if: 0 })] }, code: 'never', pointer: '/steps/0/if' },
  {
    name: 'a condition with a false part',
    job: { variables: { a: 1 }, steps: [echo(1, { if: ['{# a #}', false] })] },
    code: 'never',
    pointer: '/steps/0/if',
  },
  { name: 'a condition that is true', job: { steps: [echo(1, { if: true })] }, code: 'always', pointer: '/steps/0/if' },
  {
    name: 'a sleep of no time',
    job: one('FLOW.SLEEP'),
    code: 'parameter-missing',
    pointer: at,
  },
  {
    name: 'a duration that is none',
    job: one('FLOW.SLEEP', { for: '5 apples' }),
    code: 'parameter-type',
    pointer: `${at}/for`,
  },
  {
    name: 'a child job by name and written out',
    job: one('FLOW.JOB', { definition: 'refund', job: { steps: [] } }),
    code: 'parameter-type',
    pointer: at,
  },
  {
    name: 'an until that is true',
    job: { steps: [{ action: 'FLOW.REPEAT', steps: [], until: true }] },
    code: 'always',
    pointer: '/steps/0/until',
  },
  {
    name: 'a variable set in a branch of several',
    job: {
      steps: [
        {
          action: 'FLOW.PARALLEL',
          branches: [{ steps: [{ action: 'VARIABLE.SET', parameters: { name: 'x', value: 1 } }] }],
        },
      ],
    },
    code: 'write-lost',
    pointer: '/steps/0/branches/0/steps/0',
  },
  {
    name: 'a list changed in rounds at one time',
    job: {
      variables: { l: [] },
      steps: [
        {
          action: 'FLOW.EACH',
          parameters: { items: [1], concurrency: 2 },
          steps: [{ action: 'LISTS.APPEND', parameters: { list: '{# l #}', item: 1 } }],
        },
      ],
    },
    code: 'write-lost',
    pointer: '/steps/0/steps/0',
  },
]

const refused: readonly Wrong[] = [
  ...['item', 'item.name', 'index', 'last', 'wait.url'].map(
    (path): Wrong => ({
      name: `${path} where there is none`,
      job: { steps: [echo(`{% ${path} %}`)] },
      code: 'tag-unknown',
      pointer: `${at}/value`,
    }),
  ),
  {
    name: 'a parameter beside one of nearly its name',
    job: { steps: [{ action: 'TEXT.JOIN', parameters: { text1: 'a', text3: 'b' } }] },
    code: 'parameter-unknown',
    pointer: `${at}/text3`,
    suggestion: 'text2',
  },
  {
    name: 'an expression that does not parse',
    job: { steps: [echo('{= 1 + =}')] },
    code: 'expression',
    pointer: `${at}/value`,
  },
  {
    name: 'a function that there is not',
    job: { steps: [echo('{= nope(1) =}')] },
    code: 'expression',
    pointer: `${at}/value`,
  },
  {
    name: 'a name that is nowhere',
    job: { steps: [echo('{= nothere + 1 =}')] },
    code: 'expression',
    pointer: `${at}/value`,
  },
  {
    name: 'too many arguments',
    job: { steps: [echo('{= round(1, 2, 3) =}')] },
    code: 'expression',
    pointer: `${at}/value`,
  },
  ...[
    '1 + "a"',
    'vars.n + "a" + 1',
    '"10" > 5',
    'vars.a || "guest"',
    '"yes" && true',
    '!"a"',
    '-"a"',
    '"a" ? 1 : 2',
    'vars.n > true',
    '5 in 5',
    '5 in "12345"',
    '[1] - [1]',
    'upper(5)',
    'size(5)',
    'round("1.5")',
    '(1).trim()',
    '{1: 2}',
    'timestamp("2026-01-01T00:00:00Z") + 1',
    'upper("a") * 2',
    'size(vars.list) && true',
    'join(vars.list) - 1',
    'sum("1,2")',
  ].map(
    (expression): Wrong => ({
      name: `types that the text betrays: ${expression}`,
      job: { steps: [echo(`{= ${expression} =}`)] },
      code: 'expression',
      pointer: `${at}/value`,
    }),
  ),
  {
    name: 'parameters by the name that others give them',
    job: { steps: [{ action: 'TEXT.JOIN', params: { text1: 'a', text2: 'b' } }] },
    code: 'invalid',
    pointer: '/steps/0/params',
    suggestion: 'parameters',
  },
  {
    name: 'a field with a slip in its name',
    job: { steps: [], local_value: {} },
    code: 'invalid',
    pointer: '/local_value',
    suggestion: 'local_values',
  },
  {
    name: 'an unknown action beside an unknown field',
    job: { steps: [{ action: 'TEXT.JION', params: {} }] },
    code: 'unknown-action',
    pointer: '/steps/0/action',
    suggestion: 'TEXT.JOIN',
  },
  {
    name: 'a comparison that is text',
    job: { variables: { n: 1 }, steps: [echo(1, { if: '{# n #} > 10' })] },
    code: 'invalid',
    pointer: '/steps/0/if',
  },
  {
    name: 'a key that is not known',
    job: { steps: [{ ...join, iff: true }] },
    code: 'invalid',
    pointer: '/steps/0/iff',
    suggestion: 'if',
  },
  { name: 'steps on a block', job: { steps: [{ ...join, steps: [] }] }, code: 'invalid', pointer: '/steps/0/steps' },
  { name: 'no list of steps', job: { steps: 'none' as never }, code: 'invalid', pointer: '/steps' },
]

export const wrongDefinitions: readonly Wrong[] = [...actions, ...steps, ...parameters, ...tags, ...decided, ...refused]

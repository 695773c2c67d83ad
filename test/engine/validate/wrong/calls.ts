import { at, echo, join, one, type Wrong } from './parts.ts'

const action = (written: string, suggestion: string): Wrong => ({
  name: `the action ${written}`,
  job: one(written),
  code: 'unknown-action',
  pointer: '/steps/0/action',
  suggestion,
})

export const actions: readonly Wrong[] = [
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

export const steps: readonly Wrong[] = [
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

export const parameters: readonly Wrong[] = [
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

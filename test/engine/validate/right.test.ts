import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { validateJob } from '../../../src/compose/validateJob.ts'
import { flowCases } from '../../cases/flowCases.ts'
import { referenceCases } from '../../cases/cases.ts'
import { blocks as recipeBlocks } from '../../examples/shop.ts'
import { testBlocks } from '../../cases/testBlocks.ts'

const echo = (value: unknown, more: object = {}): object => ({ action: 'TEXT.CREATE', parameters: { value }, ...more })
const join1 = { action: 'TEXT.JOIN', id: 'join', parameters: { text1: 'a', text2: 'b' } }
const sum = { action: 'MATH.SUM', id: 'sum', parameters: { value1: 1, value2: 2 } }

/** Definitions in which nothing is wrong, though much in them is only known when they run. */
const right: readonly (readonly [name: string, job: object])[] = [
  [
    'a tag where a number is wanted',
    { variables: { n: 1 }, steps: [{ action: 'MATH.SUM', parameters: { value1: '{# n #}', value2: 1 } }] },
  ],
  [
    'a step where a number is wanted',
    { steps: [sum, { action: 'MATH.SUM', parameters: { value1: '{: sum :}', value2: 1 } }] },
  ],
  [
    'text around a tag where text is wanted',
    { steps: [join1, { action: 'TEXT.JOIN', parameters: { text1: 'x{: join :}', text2: '' } }] },
  ],
  [
    'a key with a tag',
    { variables: { k: 'text1' }, steps: [{ action: 'TEXT.JOIN', parameters: { '{# k #}': 'a', text2: 'b' } }] },
  ],
  ['keys of any name', { steps: [{ action: 'DICTIONARY.CREATE', parameters: { anything: 1, at: { all: [] } } }] }],
  ['parameters with defaults left out', { steps: [{ action: 'TEXT.SPLIT', parameters: { text: 'a b' } }] }],
  ['an action in small letters', { steps: [{ ...join1, action: 'text.join' }] }],
  [
    'a path into what may be anything',
    { steps: [{ action: 'JSON.PARSE', id: 'p', parameters: { text: '{}' } }, echo('{: p.a.b.0 :}')] },
  ],
  ['a slice of a text', { steps: [join1, echo('{: join.0:1 :}')] }],
  ['a character of a text', { steps: [join1, echo('{: join.0 :}')] }],
  [
    'a variable that a step sets',
    { steps: [{ action: 'VARIABLE.SET', parameters: { name: 'x', value: 1 } }, echo('{# x #}')] },
  ],
  [
    'a variable with a computed name',
    {
      variables: { k: 'y' },
      steps: [{ action: 'VARIABLE.SET', parameters: { name: '{# k #}', value: 1 } }, echo('{# y #}')],
    },
  ],
  ['locals that come later', { steps: [echo('{< user.name >}')] }],
  ['a computed path', { variables: { k: 'a', o: { a: 1 } }, steps: [echo('{# o.{# k #} #}')] }],
  ['a step named by its position', { steps: [echo(2), echo('{: 1 :}')] }],
  ['the status of a step', { steps: [join1, echo('{% steps.join.status.name %}')] }],
  ['the output of the last step', { steps: [sum], output: { total: '{: sum :}', expression: '{= sum * 2 =}' } }],
  [
    'an expression as a condition',
    { variables: { n: 1 }, steps: [echo(1, { if: '{= vars.n > 0 && size("a") == 1 =}' })] },
  ],
  ['functions of any number of arguments', { steps: [echo('{= coalesce(null, 1, 2, 3) =}')] }],
  ['a tag as a condition', { variables: { n: 1 }, steps: [echo(1, { if: '{# n #}' })] }],
  ['a condition of null', { steps: [echo(1, { if: null })] }],
  ['braces that are no tags', { steps: [echo('{ "a": {"b": 1} } {} {1} {:')] }],
  [
    'a template of another kind',
    { steps: [{ action: 'TEXT.TEMPLATE', parameters: { template: '{{name}} {name}', values: { name: 'x' } } }] },
  ],
  ['a tag written as text', { steps: [echo('{= "{{ a }} {# b #}" =}')] }],
  [
    'rounds',
    {
      steps: [
        { id: 'e', action: 'FLOW.EACH', parameters: { items: [1, 2] }, steps: [echo('{= item * index =}')] },
        echo('{: e :}'),
      ],
    },
  ],
  [
    'an outer round',
    {
      steps: [
        {
          id: 'e',
          action: 'FLOW.EACH',
          parameters: { items: [[1]] },
          steps: [
            {
              action: 'FLOW.EACH',
              parameters: { items: '{= item =}' },
              steps: [echo('{% steps.e.index %}{= steps.e.item =}')],
            },
          ],
        },
      ],
    },
  ],
  [
    'a variable changed in rounds one by one',
    {
      variables: { l: [] },
      steps: [
        {
          action: 'FLOW.EACH',
          parameters: { items: [1] },
          steps: [{ action: 'LISTS.APPEND', parameters: { list: '{# l #}', item: 1 } }],
        },
      ],
    },
  ],
  [
    'a list made in a round of several',
    {
      steps: [
        {
          action: 'FLOW.EACH',
          parameters: { items: [1], concurrency: 2 },
          steps: [{ action: 'LISTS.APPEND', parameters: { list: [1], item: 1 } }],
        },
      ],
    },
  ],
  ['until, over what the round gave', { steps: [{ action: 'FLOW.REPEAT', until: '{= sum > 2 =}', steps: [sum] }] }],
  [
    'branches and their names',
    {
      steps: [
        {
          action: 'FLOW.PARALLEL',
          branches: [
            { id: 'x', steps: [sum] },
            { id: 'y', steps: [join1] },
          ],
          output: '{: x :}{= y =}',
        },
      ],
    },
  ],
  [
    'a choice with an else',
    {
      variables: { n: 1 },
      steps: [{ action: 'FLOW.CHOOSE', branches: [{ if: '{= vars.n > 1 =}', steps: [sum] }, { steps: [] }] }],
    },
  ],
  [
    'a catch',
    {
      steps: [
        {
          ...sum,
          catch: [{ if: "{= failure.type == 'x' =}", steps: [echo('{% failure.message %}')], output: '{: sum :}' }],
        },
      ],
    },
  ],
  ['a catch that names itself', { steps: [{ ...join1, catch: { output: '{% steps.join.result %}' } }] }],
  ['an undo of its own value', { steps: [{ ...join1, undo: [echo('{: join :}')] }] }],
  ['a handler of a failed job', { steps: [sum], on_failure: [echo('{: sum :}{% failure.type %}')] }],
  [
    'a forced step that asks why',
    { steps: [sum, echo('{= failure == null ? "" : failure.type =}', { forced: true })] },
  ],
  [
    'a group with a value',
    { steps: [{ id: 'g', steps: [sum], output: { total: '{: sum :}' } }, echo('{= g.total =}')] },
  ],
  ['a step whose value a catch replaces', { steps: [{ ...join1, catch: { output: { a: 1 } } }, echo('{: join.a :}')] }],
  ['moments', { steps: [echo('{= format(now, "yyyy-MM-dd", "Europe/Paris") =}')] }],
  [
    'the same id in two sequences',
    {
      steps: [
        { id: 'a', steps: [sum] },
        { id: 'b', steps: [sum] },
      ],
    },
  ],
]

describe('of a right definition there is nothing to tell', () => {
  test.each(right)('%s', (_, job) => {
    expect(validateJob(job)).toMatchObject({ valid: true, problems: [] })
  })

  const examples = join(import.meta.dirname, '../../../examples')
  const files = readdirSync(examples, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'))
  test.each(files)('examples/%s', (name) => {
    const job: unknown = JSON.parse(readFileSync(join(examples, name), 'utf8'))
    expect(validateJob(job, { blocks: [...testBlocks, ...recipeBlocks] })).toMatchObject({ valid: true, problems: [] })
  })
})

/** These succeed although a step of theirs must fail: that is caught, and told all the same. */
const CAUGHT = new Set(['catch.invalid-type', 'catch.around-a-check-of-acceptance'])

test.each(
  [
    ...referenceCases.filter(({ expected }) => expected.success),
    ...flowCases.filter(({ expected }) => expected?.success === true),
  ].filter(({ name }) => !CAUGHT.has(name)),
)('$name succeeds, and brings no error', ({ job }) => {
  const { valid, problems } = validateJob(job, { blocks: testBlocks })
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([])
  expect(valid).toBe(true)
})

test.each(flowCases.flatMap(({ name, job, refused }) => (refused === undefined ? [] : [{ name, job, refused }])))(
  '$name is refused when posted, and validate points at the same places',
  ({ job, refused }) => {
    const { valid, problems, steps } = validateJob(job, { blocks: testBlocks })
    expect(valid).toBe(false)
    expect(steps).toEqual([])
    const pointers = problems
      .filter(({ code }) => code === 'expression' || code === 'invalid')
      .map(({ pointer }) => pointer)
    for (const one of refused) expect([one].flat().some((pointer) => pointers.includes(pointer))).toBe(true)
  },
)

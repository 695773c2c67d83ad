import { describe, expect, test } from 'vitest'
import { runJob } from '../../src/compose/runJob.ts'
import { testBlocks } from '../cases/testBlocks.ts'

const variables = {
  list: [10, 20, [30]],
  object: { x: 1, _hidden: 2, hidden_: 3, nothing: null, length: 9 },
  text: 'h🐍llo',
  key: 'list',
  index: 1,
  zero: 0,
  data: '{# key #}',
  empty: '',
}

/** What a step sees in place of a value with tags in it, after a first step named `first`. */
async function resolve(value: unknown): Promise<unknown> {
  const echo = (id: string, given: unknown) => ({ action: 'TEST.ECHO_ASYNC', id, parameters: { value: given } })
  const steps = [echo('first', { r: [1, 'two'] }), echo('second', value)]
  const definition = { name: 'N', metadata: { m: 'M', _m: 'x' }, variables, local_values: { p: { q: [1, 2] } }, steps }
  return (await runJob(definition, { blocks: testBlocks })).steps?.[1]?.return_value
}

describe('a tag', () => {
  test.each([
    ['{# list #}', variables.list],
    [' \n{# list #}\t ', variables.list],
    ['{# list.-1.0 #}', 30],
    ['{# list.3 #}', null],
    ['{# list.1: #}', [20, [30]]],
    ['{# list.::-1 #}', [[30], 20, 10]],
    ['{# list.::0 #}', null],
    ['{# list.-99999999999999999999:99999999999999999999 #}', variables.list],
    ['{# list.99999999999999999999 #}', null],
    ['{# list.length #}', null],
    ['{# text.1:3 #}', '🐍l'],
    ['{# text.-1 #}', 'o'],
    ['{# object.length #}', 9],
    ['{# object._hidden #}', null],
    ['{# object.hidden_ #}', null],
    ['{# object.constructor #}', null],
    ['{# {# key #}.{# index #} #}', 20],
    ['{< p.q.1 >}', 2],
    ['{: first.r.1 :}', 'two'],
    ['{: second :}', null],
    ['{% job.name %}', 'N'],
    ['{% job.metadata.m %}', 'M'],
    ['{% job.metadata._m %}', null],
    ['{% job.success %}', null],
    ['{% job.tags %}', null],
    ['{% other.root %}', null],
    ['{% steps.first.status %}', { name: 'DONE', value: 0 }],
    ['{% steps.second.status.value %}', -1],
    ['{% steps.first.block.category %}', 'TEST'],
    ['{% steps.second.parameters.value %}', '{% steps.second.parameters.value %}'],
    [{ '{# key #}': ['{# index #}', { 'x{# zero #}': '{# key #}' }] }, { list: [1, { x0: 'list' }] }],
  ])('that is all of %j yields %j', async (value, resolved) => {
    expect(await resolve(value)).toEqual(resolved)
  })

  test.each([
    ['{# list #}.', '[10,20,[30]].'],
    ['{# key #}{# zero #}', 'list0'],
    ['x{# missing #}{# object.nothing #}{# empty #}', 'xnullnull'],
    ['x{# data #}', 'x{# key #}'],
    ['{# data #}', '{# key #}'],
    ['{# {# key #}', '{# list'],
    ['{{# key #}}', '{list}'],
  ])('inside %j is inserted as text: %j', async (value, text) => {
    expect(await resolve(value)).toBe(text)
  })

  test.each(['{#key#}', '{# key#}', '{#key #}', '{#  key #}', '{# key  #}', '{# a b #}', '{#  #}', '{{ key }}'])(
    '%j is none: it stays text',
    async (text) => {
      expect(await resolve(text)).toBe(text)
    },
  )
})

describe('if', () => {
  const holds = async (condition: unknown): Promise<boolean> => {
    const { steps } = await runJob(
      { variables, steps: [{ action: 'TEST.ECHO_ASYNC', if: condition }] },
      { blocks: testBlocks },
    )
    return steps?.[0]?.status.name === 'DONE'
  }

  test.each([[[]], [[1, '{# index #}']], ['{# list #}'], [-1], [null], ['{= vars.index > 0 =}']])(
    '%j holds',
    async (condition) => {
      expect(await holds(condition)).toBe(true)
    },
  )

  test.each([
    ['{# zero #}'],
    ['{# empty #}'],
    ['{# missing #}'],
    [[1, '{# zero #}']],
    [0],
    [false],
    ['{= vars.index > 1 =}'],
  ])('%j does not hold', async (condition) => {
    expect(await holds(condition)).toBe(false)
  })

  test.each([
    ['false', '/steps/0/if'],
    ['', '/steps/0/if'],
    ['{# index #} > 10', '/steps/0/if'],
    [{ a: '{# zero #}' }, '/steps/0/if'],
    [[true, 'x'], '/steps/0/if/1'],
    [[[0]], '/steps/0/if/0'],
  ])('%j, which always held, is refused with the remedy', async (condition, pointer) => {
    await expect(holds(condition)).rejects.toMatchObject({
      slug: 'invalid-definition',
      errors: [{ pointer, detail: expect.stringMatching(/^must not be .*; (leave it out, or )?write /) as string }],
    })
  })
})

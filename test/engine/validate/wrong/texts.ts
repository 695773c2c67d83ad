import { at, echo, join, one, type Wrong } from './parts.ts'

const malformed = (text: string): Wrong => ({
  name: `the text ${text}`,
  job: { variables: { a: 1 }, steps: [echo(text)] },
  code: 'tag-malformed',
  pointer: `${at}/value`,
})

export const tags: readonly Wrong[] = [
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

export const decided: readonly Wrong[] = [
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
  ...[
    ['429', 'HttpStatus429'],
    ['5xx', 'HttpStatus5xx'],
    ['HTTPStatus503', 'HttpStatus503'],
    ['http_status_4xx', 'HttpStatus4xx'],
    ['timeouterror', 'TimeoutError'],
    ['unhandled-exception', 'UNHANDLED_EXCEPTION'],
  ].map(([name = '', suggestion = '']) => ({
    name: `a retry on ${name}`,
    job: { steps: [{ ...join, retry: [{ max_attempts: 2 }, { max_attempts: 2, on: ['TimeoutError', name] }] }] },
    code: 'never',
    pointer: '/steps/0/retry/1/on/1',
    suggestion,
  })),
  {
    name: 'a catch of an error in capitals',
    job: { steps: [{ ...join, catch: { on: ['JOBFAILED'] } }] },
    code: 'never',
    pointer: '/steps/0/catch/on/0',
    suggestion: 'JobFailed',
  },
]

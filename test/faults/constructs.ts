type Step = (id: string, more?: object) => object

const flaky = (id: string, fails: number, more: object) => ({
  id,
  action: 'FAULT.FLAKY',
  parameters: { fails },
  ...more,
})
const flow = (id: string, action: string, parameters: object, more: object = {}) => ({
  id,
  action: `FLOW.${action}`,
  parameters,
  ...more,
})

/** A job that is built of one construct, and what its records must be, whatever happens to its replicas. */
export type Construct = {
  readonly steps: readonly object[]
  readonly on_failure?: readonly object[]
  readonly state: 'succeeded' | 'failed'
  /** Every record, as `PATH STATUS`. */
  readonly records: readonly string[]
  /** How many children it makes. */
  readonly children?: number
  /** What somebody sends it, once a step is on record, or waits. */
  readonly sent?: { readonly what: 'signal' | 'answer'; readonly after: string }
}

const done = (...paths: string[]): string[] => paths.map((path) => `${path} DONE`)

/**
 * @param child the id that a child is to have, so that a fault can strike it
 * @param milliseconds how long each step with an effect takes
 */
export function constructs(child: string, milliseconds = 0): Readonly<Record<string, Construct>> {
  const effect: Step = (id, more = {}) => ({ id, action: 'FAULT.EFFECT', parameters: { milliseconds }, ...more })
  return { ...inOrder(child, effect), ...inside(effect), ...meanwhile(effect) }
}

/** Each construct on its own. */
function inOrder(child: string, effect: Step): Readonly<Record<string, Construct>> {
  return {
    retry: {
      steps: [flaky('r', 2, { retry: { max_attempts: 3, delay: '20ms' } }), effect('z')],
      state: 'succeeded',
      records: done('r', 'z'),
    },
    'long back-off': {
      steps: [flaky('r', 1, { retry: { max_attempts: 2, delay: '1s', jitter: 0 } }), effect('z')],
      state: 'succeeded',
      records: done('r', 'z'),
    },
    catch: {
      steps: [flaky('c', 1_000_000, { catch: { steps: [effect('a'), effect('b')] } }), effect('z')],
      state: 'succeeded',
      records: [...done('c/catch/a', 'c/catch/b'), 'c HANDLED', ...done('z')],
    },
    each: {
      steps: [flow('e', 'EACH', { items: [1, 2, 3], concurrency: 2 }, { steps: [effect('a'), effect('b')] })],
      state: 'succeeded',
      records: done('e/0/a', 'e/0/b', 'e/1/a', 'e/1/b', 'e/2/a', 'e/2/b', 'e'),
    },
    repeat: {
      steps: [flow('e', 'REPEAT', { every: '20ms' }, { steps: [effect('a')], until: '{= index == 2 =}' })],
      state: 'succeeded',
      records: done('e/0/a', 'e/1/a', 'e/2/a', 'e'),
    },
    parallel: {
      steps: [
        flow('p', 'PARALLEL', {}, { branches: [{ steps: [effect('a'), effect('b')] }, { steps: [effect('c')] }] }),
        effect('z'),
      ],
      state: 'succeeded',
      records: done('p/1/a', 'p/1/b', 'p/2/c', 'p', 'z'),
    },
    'parallel, the first': {
      steps: [
        flow(
          'p',
          'PARALLEL',
          { first: true },
          { branches: [{ steps: [flow('s', 'SLEEP', { for: '1h' })] }, { steps: [effect('a'), effect('b')] }] },
        ),
        effect('z'),
      ],
      state: 'succeeded',
      records: [...done('p/2/a', 'p/2/b'), 'p/1/s STOPPED', ...done('p', 'z')],
    },
    choose: {
      steps: [
        effect('a'),
        flow('c', 'CHOOSE', {}, { branches: [{ if: '{= a == null =}' }, { steps: [effect('b'), effect('c')] }] }),
        effect('z'),
      ],
      state: 'succeeded',
      records: done('a', 'c/2/b', 'c/2/c', 'c', 'z'),
    },
    'undo, and a handler': {
      steps: [
        effect('a', { undo: [effect('u')] }),
        effect('b', { undo: [effect('v')] }),
        flow('f', 'FAIL', { type: 'Broke' }),
      ],
      on_failure: [effect('h')],
      state: 'failed',
      records: [...done('a', 'b'), 'f UNHANDLED_EXCEPTION', ...done('b/undo/v', 'a/undo/u', 'on_failure/h')],
    },
    job: {
      steps: [flow('j', 'JOB', { job: { steps: [effect('a')] } }), effect('z')],
      state: 'succeeded',
      records: done('j', 'z'),
      children: 1,
    },
    'child that is struck': {
      steps: [flow('j', 'JOB', { id: child, job: { steps: [effect('a'), effect('b')] } }), effect('z')],
      state: 'succeeded',
      records: done('j', 'z'),
      children: 1,
    },
    sleep: {
      steps: [effect('a'), flow('s', 'SLEEP', { for: '1s' }), effect('z')],
      state: 'succeeded',
      records: done('a', 's', 'z'),
    },
  }
}

/** Constructs in one another. */
function inside(effect: Step): Readonly<Record<string, Construct>> {
  const held = flaky('c', 1_000_000, { retry: { max_attempts: 2, delay: '20ms' }, catch: { steps: [effect('h')] } })
  const round = (n: number) => [`p/1/e/${n}/a DONE`, `p/1/e/${n}/c/catch/h DONE`, `p/1/e/${n}/c HANDLED`]
  return {
    'a catch in rounds in a branch': {
      steps: [
        flow(
          'p',
          'PARALLEL',
          {},
          {
            branches: [
              { steps: [flow('e', 'EACH', { items: [1, 2], concurrency: 2 }, { steps: [effect('a'), held] })] },
              { steps: [effect('b')] },
            ],
          },
        ),
        effect('z'),
      ],
      state: 'succeeded',
      records: [...round(0), ...round(1), ...done('p/1/e', 'p/2/b', 'p', 'z')],
    },
    'an undo of rounds, and of a branch that is stopped': {
      steps: [
        flow('r', 'REPEAT', {}, { steps: [effect('a', { undo: [effect('u')] })], until: '{= index == 1 =}' }),
        flow(
          'p',
          'PARALLEL',
          {},
          {
            branches: [
              { steps: [effect('b', { undo: [effect('u'), effect('v')] }), flow('s', 'SLEEP', { for: '1h' })] },
              {
                steps: [
                  effect('c', { undo: [effect('u')] }),
                  flow('w', 'SIGNAL', { name: 'go' }),
                  flow('f', 'FAIL', {}),
                ],
              },
            ],
          },
        ),
      ],
      sent: { what: 'signal', after: 'p/1/s' },
      state: 'failed',
      records: [
        ...done('r/0/a', 'r/1/a', 'r', 'p/1/b', 'p/2/c', 'p/2/w'),
        'p/2/f UNHANDLED_EXCEPTION',
        'p/1/s STOPPED',
        'p CHILD_FAILED',
        ...done('p/2/c/undo/u', 'p/1/b/undo/u', 'p/1/b/undo/v', 'r/1/a/undo/u', 'r/0/a/undo/u'),
      ],
    },
    'a time that is up': {
      steps: [
        {
          id: 'g',
          steps: [effect('a', { undo: [effect('u')] }), flow('s', 'SIGNAL', { name: 'never' }, { timeout: '1s' })],
          catch: { on: ['TimeoutError'], steps: [effect('h')] },
        },
        effect('z'),
      ],
      state: 'succeeded',
      records: [...done('g/a', 'g/a/undo/u', 'g/catch/h'), 'g/s UNHANDLED_EXCEPTION', 'g HANDLED', ...done('z')],
    },
    'an end in a branch': {
      steps: [
        flow(
          'p',
          'PARALLEL',
          {},
          {
            branches: [
              { steps: [effect('a'), flow('e', 'END', { output: 1 })] },
              { steps: [flow('s', 'SLEEP', { for: '1h' }), effect('b', { forced: true })] },
            ],
          },
        ),
        effect('z', { forced: true }),
      ],
      state: 'succeeded',
      records: [...done('p/1/a', 'p/1/e', 'p/2/b', 'p', 'z'), 'p/2/s STOPPED'],
    },
  }
}

/** Waits with steps that run meanwhile. */
function meanwhile(effect: Step): Readonly<Record<string, Construct>> {
  const steps = [effect('a', { undo: [effect('u')] }), effect('b'), flow('s', 'SLEEP', { for: '1h' })]
  const records = [...done('w/wait/a', 'w/wait/b', 'w'), 'w/wait/s STOPPED']
  return {
    'a signal while steps run': {
      steps: [flow('w', 'SIGNAL', { name: 'go' }, { steps }), effect('z')],
      sent: { what: 'signal', after: 'w/wait/s' },
      state: 'succeeded',
      records: [...records, ...done('z')],
    },
    'an answer while steps run': {
      steps: [flow('w', 'ASK', {}, { steps }), effect('z')],
      sent: { what: 'answer', after: 'w/wait/s' },
      state: 'succeeded',
      records: [...records, ...done('z')],
    },
    'a signal, and a failure after it': {
      steps: [flow('w', 'SIGNAL', { name: 'go' }, { steps }), flow('f', 'FAIL', {})],
      sent: { what: 'signal', after: 'w/wait/s' },
      state: 'failed',
      records: [...records, 'f UNHANDLED_EXCEPTION', ...done('w/wait/a/undo/u')],
    },
    'what runs while a step waits fails': {
      steps: [
        flow('w', 'ASK', {}, { steps: [...steps.slice(0, 2), flow('f', 'FAIL', {})], catch: { steps: [effect('h')] } }),
        effect('z'),
      ],
      state: 'succeeded',
      records: [
        ...done('w/wait/a', 'w/wait/b', 'w/wait/a/undo/u', 'w/catch/h', 'z'),
        'w/wait/f UNHANDLED_EXCEPTION',
        'w HANDLED',
      ],
    },
  }
}

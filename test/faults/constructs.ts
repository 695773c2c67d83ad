const effect = (id: string, more: object = {}) => ({ id, action: 'FAULT.EFFECT', parameters: {}, ...more })
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
}

const done = (...paths: string[]): string[] => paths.map((path) => `${path} DONE`)

/** @param child the id that a child is to have, so that a fault can strike it */
export function constructs(child: string): Readonly<Record<string, Construct>> {
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

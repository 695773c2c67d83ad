import fc from 'fast-check'

type Tree = Record<string, unknown>

const value = fc.constantFrom<unknown>(1, 'text', null, '{# n #}', '{= vars.n + 1 =}', '{: a :}', '{= null + 1 =}')
const condition = fc.constantFrom<unknown>(true, false, '{= vars.n > 2 =}', '{# n #}', '{= null > 1 =}')

const leaf: fc.Arbitrary<Tree> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ action: fc.constant('TEST.ECHO_ASYNC'), parameters: fc.record({ value }) }) },
  {
    weight: 2,
    arbitrary: fc.constant({
      action: 'VARIABLE.SET',
      parameters: { name: 'n', value: '{= coalesce(vars.n, 0) + 1 =}' },
    }),
  },
  fc.record({ action: fc.constant('FLOW.SET'), parameters: fc.record({ value }) }),
  fc.constantFrom<Tree>(
    { action: 'TEST.FAIL' },
    { action: 'TEST.ERROR', parameters: { type: 'Odd', message: 'odd' } },
    { action: 'FLOW.FAIL', parameters: { type: 'Own' } },
    { action: 'LOGIC.STOP' },
    { action: 'TEXT.UPPERCASE', parameters: { text: 5 } },
    { action: 'NO.SUCH' },
    { action: 'FLOW.SLEEP', parameters: { for: 0 } },
    { action: 'TEST.FAIL', retry: { max_attempts: 2, delay: 0 } },
  ),
  fc.record({ action: fc.constant('FLOW.END'), parameters: fc.record({ output: value }) }),
)

/** Steps that wait, for somebody, for another job or for the end of their time. */
const waiting: fc.Arbitrary<Tree> = fc.constantFrom<Tree>(
  { action: 'FLOW.SIGNAL', parameters: { name: 'comes' } },
  { action: 'FLOW.SIGNAL', parameters: { name: 'never' }, timeout: '1ms' },
  { steps: [{ action: 'FLOW.SIGNAL', parameters: { name: 'never' } }], timeout: '2ms' },
  { action: 'FLOW.ASK' },
  { action: 'FLOW.JOB', parameters: { job: { steps: [] } } },
  {
    action: 'TEST.ERROR',
    parameters: { type: 'Late' },
    retry: [
      { max_attempts: 2, delay: 0, on: ['Late'] },
      { max_attempts: 3, delay: '1ms' },
    ],
    catch: { on: ['Late'], steps: [{ action: 'FLOW.FAIL' }] },
  },
)

/** What trees may have: parts side by side, steps that wait. */
type Kinds = { readonly concurrent?: boolean; readonly waits?: boolean }

/** Lists of steps with others below them, three levels deep. */
export function trees({ concurrent = false, waits = false }: Kinds): fc.Arbitrary<Tree[]> {
  return fc.letrec<{ steps: Tree[]; step: Tree; bare: Tree }>((tie) => {
    const steps = fc.array(tie('step'), { maxLength: 3, depthIdentifier: 'steps' })
    const branches = fc.array(fc.record({ if: condition, steps, output: value }, { requiredKeys: ['steps', 'if'] }), {
      minLength: 1,
      maxLength: 3,
    })
    const output = { output: value }
    const plain = waits ? fc.oneof({ weight: 11, arbitrary: leaf }, { weight: 1, arbitrary: waiting }) : leaf
    const containers: fc.Arbitrary<Tree>[] = [
      fc.record({ steps, ...output }, { requiredKeys: ['steps'] }),
      fc.record({ action: fc.constant('FLOW.CHOOSE'), branches }),
      fc.record(
        {
          action: fc.constant('FLOW.EACH'),
          parameters: fc.record({
            items: fc.constantFrom([], [1, 2], [1, 2, 3]),
            on_error: fc.constantFrom('stop', 'continue'),
            concurrency: fc.constantFrom(...(concurrent ? [1, 2] : [1])),
          }),
          steps,
          ...output,
        },
        { requiredKeys: ['action', 'parameters', 'steps'] },
      ),
      ...(waits
        ? [
            fc
              .record({
                action: fc.constantFrom('FLOW.ASK', 'FLOW.SIGNAL'),
                parameters: fc.constant({}),
                steps: steps.map(withoutEnds),
              })
              .map(({ action, ...more }) =>
                action === 'FLOW.ASK' ? { action, ...more } : { action, ...more, parameters: { name: 'comes' } },
              ),
          ]
        : []),
      fc.record({
        action: fc.constant('FLOW.REPEAT'),
        parameters: fc.constantFrom({ max: 3 }, ...(waits ? [{ max: 2, every: '1ms' }] : [])),
        steps,
        until: fc.constantFrom('{= index == 1 =}', false, '{= vars.n > 3 =}'),
      }),
      ...(concurrent
        ? [
            fc.record({
              action: fc.constant('FLOW.PARALLEL'),
              parameters: fc.record({ first: fc.boolean() }),
              branches,
            }),
          ]
        : []),
    ]
    const bare = fc.oneof({ maxDepth: 3, depthIdentifier: 'steps' }, plain, ...containers)
    const handler = fc.record({ steps, output: value }, { requiredKeys: ['steps'] })
    const extras = fc.record(
      { forced: fc.boolean(), if: condition, catch: handler, undo: fc.array(plain.filter(isNoEnd), { maxLength: 2 }) },
      { requiredKeys: [] },
    )
    return {
      bare,
      steps,
      step: fc.tuple(tie('bare'), fc.option(extras, { freq: 3, nil: {} })).map(([one, more]) => ({ ...one, ...more })),
    }
  }).steps
}

/** The same without what ends the job, which must not stand below a wait. */
function withoutEnds(steps: Tree[]): Tree[] {
  return JSON.parse(JSON.stringify(steps), (_, value) =>
    value?.action === 'FLOW.END' ? { action: 'FLOW.SET', parameters: { value: value.parameters.output } } : value,
  )
}

function isNoEnd({ action }: Tree): boolean {
  return action !== 'FLOW.END'
}

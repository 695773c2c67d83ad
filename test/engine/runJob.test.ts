import { expect, test } from 'vitest'
import { createRegistry, defineBlock, type Job, ProblemError, runJob, Type } from '../../src/index.ts'

const shout = defineBlock({
  action: 'SHOUT',
  description: 'Upper-cases.',
  parameters: Type.Object({ text: Type.String() }),
  returns: Type.String(),
  run: ({ text }, { globals }) => `${text.toUpperCase()}${String(globals['mark'])}`,
})

const forever = defineBlock({
  action: 'FOREVER',
  description: 'Waits until it is aborted.',
  parameters: Type.Object({}),
  returns: Type.Null(),
  run: (_, { signal }) =>
    new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
})

const statuses = (job: Job): string[] => job.steps?.map(({ status }) => status.name) ?? []

test('the standard blocks are there, and an embedder’s blocks and globals beside them', async () => {
  const steps = [
    { action: 'TEXT.JOIN', id: 'join', parameters: { text1: 'Hello', text2: 'World' } },
    { action: 'SHOUT', parameters: { text: '{: join :}' } },
  ]
  const job = await runJob({ steps, output: '{: 2 :}' }, { blocks: [shout], globals: { mark: '!' } })
  expect([job.state, job.output]).toEqual(['succeeded', 'HELLO WORLD!'])
})

test('a registry stands for all the blocks that there are', async () => {
  const job = await runJob({ steps: [{ action: 'TEXT.CREATE' }] }, { blocks: createRegistry([shout]) })
  expect(statuses(job)).toEqual(['BLOCK_NOT_FOUND'])
})

test('a definition that is not valid is refused, with a pointer to what is wrong', async () => {
  const refused = runJob({ steps: [{ action: 5 }] })
  await expect(refused).rejects.toBeInstanceOf(ProblemError)
  await expect(refused).rejects.toMatchObject({ slug: 'invalid-definition', errors: [{ pointer: '/steps/0/action' }] })
})

test('two blocks of one name are refused, a standard one among them', async () => {
  await expect(runJob({ steps: [] }, { blocks: [shout, shout] })).rejects.toThrow('two blocks are named SHOUT')
})

test('a signal cancels the job: the step in hand is killed, later ones are skipped, forced ones run', async () => {
  const cancelling = new AbortController()
  const steps = [{ action: 'FOREVER' }, { action: 'LOGIC.TRUE' }, { action: 'LOGIC.TRUE', forced: true }]
  const running = runJob({ steps }, { blocks: [forever], signal: cancelling.signal })
  cancelling.abort()
  const job = await running
  expect([job.state, job.failed_step]).toEqual(['cancelled', '1'])
  expect(statuses(job)).toEqual(['KILLED_MANUALLY', 'SKIPPED', 'DONE'])
})

test('the next step waits for the hook, and a hook that throws is logged and changes nothing', async () => {
  const told: string[] = []
  const errors: string[] = []
  const quiet = (): void => undefined
  const job = await runJob(
    { steps: [{ action: 'LOGIC.TRUE' }, { action: 'LOGIC.FALSE' }] },
    {
      log: { debug: quiet, info: quiet, warn: quiet, error: (message) => void errors.push(message) },
      onStepUpdate: async ({ state }, { id }) => {
        told.push(`begin ${id}`)
        await new Promise(setImmediate)
        told.push(`end ${id} ${state}`)
        throw new Error('nobody listens')
      },
      onJobFinish: ({ state }) => void told.push(state),
    },
  )
  expect(told).toEqual(['begin 1', 'end 1 running', 'begin 2', 'end 2 running', 'succeeded'])
  expect(errors).toEqual(['the hook onStepUpdate threw', 'the hook onStepUpdate threw'])
  expect(job.state).toBe('succeeded')
})

test('HTTP.REQUEST reaches no private address unless that is allowed', async () => {
  const job = { tags: ['HTTP'], steps: [{ action: 'HTTP.REQUEST', parameters: { url: 'http://127.0.0.1:1/' } }] }
  expect(statuses(await runJob(job))).toEqual(['INVALID_ARGUMENT'])
  expect(statuses(await runJob(job, { allowPrivate: true }))).toEqual(['UNHANDLED_EXCEPTION'])
})

import { type Client, ConduitProblem, createClient } from '@conduit-jobs/client'
import { expect, test } from 'vitest'
import { startConduit } from '../support/conduit.ts'

const TRUE = { action: 'LOGIC.TRUE' }
const sleep = (seconds: number) => ({ action: 'TIME.SLEEP', parameters: { seconds } })

async function startWithClient(stack: AsyncDisposableStack): Promise<Client> {
  const service = stack.use(await startConduit({ settings: { PORT: '0' } }))
  return createClient({ baseUrl: await service.conduit.listen() })
}

test('a job is submitted, waited for, read, cancelled and deleted', async () => {
  await using stack = new AsyncDisposableStack()
  const { jobs } = await startWithClient(stack)
  expect((await jobs.submit({ id: 'a', steps: [TRUE] }, { wait: 20 })).state).toBe('succeeded')
  expect((await jobs.get('a', { steps: false })).steps).toBeUndefined()
  expect((await jobs.step('a', '1')).return_value).toBe(true)

  await jobs.submit({ id: 'b', steps: [sleep(250)] })
  await expect(jobs.wait('b', { timeout: 0.1 })).rejects.toMatchObject({ name: 'TimeoutError' })
  await jobs.cancel('b')
  expect((await jobs.wait('b')).state).toBe('cancelled')
  await jobs.delete('b')
  await expect(jobs.get('b')).rejects.toMatchObject({ name: 'ConduitProblem', status: 404, slug: 'not-found' })
})

test('a list is gone through over its pages, by filters of which a label is one', async () => {
  await using stack = new AsyncDisposableStack()
  const { jobs } = await startWithClient(stack)
  for (const id of ['a', 'b', 'c', 'd', 'e']) await jobs.submit({ id, metadata: { order: '7' }, steps: [] })
  await jobs.submit({ id: 'other', steps: [] })
  const found: string[] = []
  for await (const { id } of jobs.list({ metadata: { order: '7' }, limit: 2 })) found.push(id)
  expect(found).toEqual(['e', 'd', 'c', 'b', 'a'])
  expect((await jobs.list({ limit: 2 }).page()).data).toHaveLength(2)
})

test('a problem has the fields of the answer, pointers too', async () => {
  await using stack = new AsyncDisposableStack()
  const { jobs } = await startWithClient(stack)
  const problem = await jobs.submit({ steps: [{ action: '' }] }).catch((error: unknown) => error)
  expect(problem).toBeInstanceOf(ConduitProblem)
  expect(problem).toMatchObject({
    slug: 'invalid-definition',
    status: 422,
    type: '/problems/invalid-definition',
    instance: expect.stringMatching(/./),
    errors: [{ pointer: '/steps/0/action' }],
  })
})

test('events end after the last one; an abort ends them quietly, and a job that is not there is a problem', async () => {
  await using stack = new AsyncDisposableStack()
  const { jobs } = await startWithClient(stack)
  await jobs.submit({ id: 'a', steps: [TRUE, TRUE] })
  const told: unknown[] = []
  for await (const { seq, type } of jobs.events('a', { after: 1 })) told.push([seq, type])
  expect(told).toEqual([
    [2, 'step.updated'],
    [3, 'job.finished'],
  ])
  // All of it was seen: the service answers 204.
  for await (const event of jobs.events('a', { after: 3 })) expect.fail(event.type)

  await jobs.submit({ id: 'b', steps: [TRUE, sleep(250)] })
  const watching = new AbortController()
  for await (const { seq } of jobs.events('b', { signal: watching.signal })) {
    expect(seq).toBe(1)
    watching.abort()
  }
  await jobs.cancel('b')
  await expect(jobs.events('nowhere').next()).rejects.toMatchObject({ slug: 'not-found' })
})

import { createClient } from '@conduit-jobs/client'
import { expect, test } from 'vitest'
import { startConduit } from '../support/conduit.ts'
import { startBrokenLine } from './brokenLine.ts'

async function startBroken(stack: AsyncDisposableStack) {
  const service = stack.use(await startConduit({ settings: { PORT: '0' } }))
  const line = stack.use(await startBrokenLine(await service.conduit.listen()))
  return { service, line, client: createClient({ baseUrl: line.url }) }
}

const TRUE = { action: 'LOGIC.TRUE' }

test('a submit whose answer was lost is repeated, and makes no second job', async () => {
  await using stack = new AsyncDisposableStack()
  const { service, line, client } = await startBroken(stack)
  line.loseNextAnswer()
  const job = await client.jobs.submit({ steps: [TRUE] }, { wait: 20 })
  expect(job.state).toBe('succeeded')
  const keys = line.seen.map(({ headers }) => headers['idempotency-key'])
  expect(keys).toHaveLength(2)
  expect(new Set(keys).size).toBe(1)
  expect((await service.request('GET', '/v1/jobs')).body.data).toHaveLength(1)
})

test('what passes is tried again, as late as the answer asks; what does not is told at once', async () => {
  await using stack = new AsyncDisposableStack()
  const { line, client } = await startBroken(stack)
  line.answerNext(503, { 'retry-after': '0' })
  expect((await client.blocks.list({ match: 'LOGIC.TRUE' }).page()).data).toHaveLength(1)
  expect(line.seen).toHaveLength(2)
  // A busy machine between may not get a request in time: it was not taken, and a key makes it safe where that is not sure.
  line.answerNext(408, {})
  expect((await client.jobs.submit({ id: 'late', steps: [TRUE] })).id).toBe('late')
  const [first, second] = line.seen.slice(-2).map(({ headers }) => headers['idempotency-key'])
  expect([first, line.seen.length]).toEqual([second, 4])
  line.answerNext(404, {})
  await expect(client.blocks.get('LOGIC.TRUE')).rejects.toMatchObject({ status: 404, slug: 'about:blank' })
  // A test of a webhook carries a key: it is asked for again, and the service says what it thinks of it.
  line.answerNext(503, { 'retry-after': '0' })
  await expect(client.webhooks.test('none')).rejects.toMatchObject({ status: 404 })
  // Nobody knows whether a question was answered, and a second answer is refused: it is not sent twice.
  line.answerNext(503, { 'retry-after': '0' })
  const answer = client.questions.answer('none', { value: true })
  await expect(answer).rejects.toMatchObject({ status: 503, retryAfterMs: 0 })
  // What only asks, or is the same asked twice, needs no key.
  for (const ask of [
    () => client.jobs.cancel('none'),
    () => client.definitions.test('none'),
    () => client.jobs.validate({ steps: [TRUE] }).then(() => Promise.reject({ status: 404 })),
  ]) {
    line.answerNext(503, { 'retry-after': '0' })
    await expect(ask()).rejects.toMatchObject({ status: 404 })
  }
  line.answerNext(503, { 'retry-after': '3600' })
  await expect(client.blocks.get('LOGIC.TRUE')).rejects.toMatchObject({ status: 503, retryAfterMs: 3_600_000 })
})

test('a stream that breaks anywhere is taken up again: every event once, in order', async () => {
  await using stack = new AsyncDisposableStack()
  const { line, client } = await startBroken(stack)
  await client.jobs.submit({ id: 'long', steps: Array.from({ length: 30 }, () => TRUE) })
  // Larger than the largest event, and no multiple of any: it breaks within events and between them.
  line.cutStreamsAfter(2_111)
  const seqs: (number | undefined)[] = []
  for await (const { seq } of client.jobs.events('long')) seqs.push(seq)
  expect(seqs).toEqual(Array.from({ length: 31 }, (_, i) => i + 1))
  expect(line.seen.filter(({ line: asked }) => asked.includes('/events')).length).toBeGreaterThan(5)
})

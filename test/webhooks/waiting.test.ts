import { expect, test } from 'vitest'
import { startReceiver, type Visit } from '../outbound/receiver.ts'
import { startConduit, type TestConduit } from '../support/conduit.ts'
import { openStream } from '../support/eventStream.ts'
import { addWebhook, attempts, LOCAL, SECRET, verified } from './delivery.ts'
import { PATIENCE_MS } from '../support/patience.ts'

// `step.waiting`: a durable event, told to who names it.

const ASKING = {
  steps: [
    { id: 'go', action: 'FLOW.SIGNAL', parameters: { name: 'go' } },
    { id: 'ask', action: 'FLOW.ASK', parameters: { title: 'Pay?', to: 'finance' } },
  ],
}

const kinds = (visits: readonly Visit[], path: string) =>
  visits
    .filter(({ url }) => url === path)
    .map((visit) => verified(visit))
    .sort((a, b) => a.data.seq - b.data.seq)
    .map(({ type, data }) => [type, data.seq, data.step?.path ?? null])

async function answer(service: TestConduit, job: string): Promise<void> {
  await service.client.jobs.signal(job, 'go', 1)
  const open = async () => (await service.request('GET', `/v1/questions?job_id=${job}`)).body.data
  await expect.poll(open, { timeout: PATIENCE_MS }).toHaveLength(1)
  const [{ id }] = await open()
  await service.request('POST', `/v1/questions/${id}/answer`, { value: { approved: true } })
  await service.client.jobs.wait(job)
}

const TOLD = [
  ['step.waiting', 1, 'go'],
  ['step.updated', 2, 'go'],
  ['step.waiting', 3, 'ask'],
  ['step.updated', 4, 'ask'],
  ['job.finished', 5, null],
]

test('a wait is told with a seq, in the list, in the stream, to webhooks that name it, and to the callback', async () => {
  await using receiver = await startReceiver()
  await using service = await startConduit({ settings: { ...LOCAL, PORT: '0' } })
  const url = await service.conduit.listen()
  await addWebhook(service, `${receiver.url}/usual`)
  await addWebhook(service, `${receiver.url}/waits`, { events: ['step.waiting'] })
  const delivered = attempts(service.conduit.telemetry, 3 + 2 + 4)
  const callback = { url: `${receiver.url}/callback`, secret: SECRET }
  await service.client.jobs.submit({ id: 'a', on_step_update: callback, ...ASKING })
  await using stream = await openStream(`${url}/v1/jobs/a/events`)
  const first = (await stream.next())?.data
  expect(first).toMatchObject({
    type: 'step.waiting',
    seq: 1,
    data: {
      job: { id: 'a', state: 'running', success: null },
      step: {
        ...{ path: 'go', action: 'FLOW.SIGNAL', status: { name: 'NONE' }, attempt: 1, finished_at: null },
        waiting: { kind: 'signal', name: 'go', since: first.timestamp, until: null },
      },
    },
  })
  expect(await service.client.jobs.step('a', 'go')).toEqual(first.data.step)
  await answer(service, 'a')
  const events = (await service.request('GET', '/v1/jobs/a/events')).body.data
  expect(events.map(({ type, seq, data }: typeof first) => [type, seq, data.step?.path ?? null])).toEqual(TOLD)
  expect([first, ...(await stream.rest()).map(({ data }) => data)]).toEqual(events)
  expect(events[2].data.step.waiting).toMatchObject({ kind: 'ask', title: 'Pay?', to: 'finance', text: null })
  await delivered
  expect(kinds(receiver.visits, '/usual')).toEqual(TOLD.filter(([type]) => type !== 'step.waiting'))
  expect(kinds(receiver.visits, '/waits')).toEqual(TOLD.filter(([type]) => type === 'step.waiting'))
  expect(kinds(receiver.visits, '/callback')).toEqual(TOLD.filter(([type]) => type !== 'job.finished'))
})

test('it is told also where the wait lasts no moment, and not where the signal is there already', async () => {
  await using service = await startConduit()
  await service.client.jobs.submit({ id: 'a', ...ASKING })
  await service.client.jobs.submit({ id: 'b', steps: [ASKING.steps[0], ASKING.steps[0]].map(withId) })
  await service.client.jobs.signal('b', 'go', 1)
  await service.client.jobs.signal('b', 'go', 2)
  await service.client.jobs.wait('b')
  const told = (await service.request('GET', '/v1/jobs/b/events')).body.data
  const seqs = told.map(({ seq }: { seq: number }) => seq)
  expect(seqs).toEqual(seqs.map((_: number, i: number) => i + 1))
  await answer(service, 'a')
  expect((await service.request('GET', '/v1/jobs/a/events')).body.data).toHaveLength(5)
})

test('a wait in the catch that was taken is told as the step that it is', async () => {
  await using service = await startConduit()
  const fails = { id: 'fails', action: 'FLOW.FAIL', parameters: { type: 'Late' } }
  const asks = { id: 'asks', action: 'FLOW.ASK', title: 'the second' }
  const caught = [
    { on: ['Other'], steps: [{ id: 'asks', action: 'FLOW.ASK', title: 'the first' }] },
    { on: ['Late'], steps: [asks] },
  ]
  await service.client.jobs.submit({ id: 'a', steps: [{ id: 'do', steps: [fails], catch: caught }] })
  const list = async () => (await service.request('GET', '/v1/jobs/a/events')).body.data
  await expect.poll(async () => (await list()).length, { timeout: PATIENCE_MS }).toBe(2)
  const { type, data } = (await list())[1]
  expect([type, data.step.path, data.step.title]).toEqual(['step.waiting', 'do/catch/asks', 'the second'])
})

function withId<Step extends object | undefined>(step: Step, i: number) {
  return { ...step, id: `s${i}` }
}

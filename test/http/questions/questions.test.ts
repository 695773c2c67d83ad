import type { Question, QuestionFilters } from '@conduit-jobs/client'
import { expect, test } from 'vitest'
import { startKeyed } from '../../access/keyring.ts'
import { startConduit, type TestConduit } from '../../support/conduit.ts'
import { PATIENCE_MS } from '../../support/patience.ts'

const FORM = {
  type: 'object',
  properties: { amount: { type: 'integer', minimum: 1 }, note: { type: 'string' } },
  required: ['amount'],
  additionalProperties: false,
}

const asking = (id: string, parameters: Record<string, unknown> = {}, more: object = {}) => ({
  id,
  name: `job ${id}`,
  metadata: { team: id },
  steps: [{ id: 'ask', action: 'FLOW.ASK', parameters, ...more }],
  output: '{: ask :}',
})

const over = (service: TestConduit, id: string) => service.client.jobs.wait(id)

/** The open questions, once there are so many. */
async function questions(service: TestConduit, count = 1, filters: QuestionFilters = {}) {
  const list = async () => (await service.client.questions.list(filters).page()).data
  await expect.poll(async () => (await list()).length, { timeout: PATIENCE_MS }).toBe(count)
  return list()
}

test('a question is listed, read, answered once, and gives its step the answer', async () => {
  await using service = await startConduit()
  const parameters = { title: 'Pay?', text: 'A large sum', form: FORM, to: 'finance' }
  await service.client.jobs.submit(asking('a', parameters, { timeout: '2h' }))
  const [question = expect.fail('it is not listed')] = await questions(service)
  expect(question).toEqual({
    ...{ id: expect.stringMatching(/^[0-9a-f-]{36}$/), job_id: 'a', job_name: 'job a', step: 'ask', state: 'open' },
    ...{ ...parameters, metadata: { team: 'a' }, answer: null },
    ...{ asked_at: expect.any(String), until: expect.any(String) },
  })
  expect(Date.parse(question.until ?? '') - Date.parse(question.asked_at)).toBe(7_200_000)
  const url = `/v1/questions/${question.id}`
  expect(await service.client.questions.get(question.id)).toEqual(question)

  const answered = await service.request('POST', `${url}/answer`, { value: { amount: 3 }, by: 'ada' })
  const answer = { value: { amount: 3 }, by: 'ada', at: expect.any(String) }
  expect([answered.status, answered.body]).toEqual([200, { ...question, state: 'answered', answer }])
  expect(await over(service, 'a')).toMatchObject({ state: 'succeeded', output: answered.body.answer })
  const again = await service.request('POST', `${url}/answer`, { value: 'whatever' })
  expect([again.status, again.body.type]).toEqual([409, '/problems/question-answered'])
  expect(await questions(service, 0)).toEqual([])
  expect(await service.client.questions.get(question.id)).toEqual(answered.body)
})

test('an answer that does not fit is refused with pointers, and the question stays open', async () => {
  await using service = await startConduit({ settings: { VALUE_LIMIT_BYTES: '4096' } })
  await service.client.jobs.submit(asking('a', { form: FORM }))
  const [{ id } = expect.fail('it is not listed')] = await questions(service)
  const refused: [unknown, number, string[]][] = [
    [{ value: { amount: 0 } }, 422, ['/value/amount']],
    [{ value: {} }, 422, ['/value']],
    [{ value: 'yes' }, 422, ['/value']],
    [{ by: 'ada' }, 422, ['/value']],
    [{ value: { amount: 1 }, by: 7 }, 422, ['/by']],
    [{ value: { amount: 1 }, more: true }, 422, ['/more']],
    [{ value: { amount: 1, note: 'x'.repeat(5000) } }, 413, []],
  ]
  for (const [body, status, pointers] of refused) {
    const reply = await service.request('POST', `/v1/questions/${id}/answer`, body)
    const errors: { pointer: string }[] = reply.body.errors ?? []
    expect([status, errors.map(({ pointer }) => pointer)]).toEqual([reply.status, pointers])
    if (status === 422) expect(reply.body.type).toBe('/problems/invalid-answer')
  }
  expect((await service.request('POST', `/v1/questions/${id}/answer`, { value: { amount: 1 } })).status).toBe(200)
})

test('after its time, a cancel, and the end of its job a question takes no answer', async () => {
  await using service = await startConduit()
  await service.client.jobs.submit(asking('late', {}, { timeout: '1s' }))
  await service.client.jobs.submit(asking('gone'))
  await service.client.jobs.submit({
    id: 'lost',
    steps: [
      {
        action: 'FLOW.PARALLEL',
        parameters: { first: true },
        branches: [
          { steps: [{ action: 'FLOW.ASK' }] },
          { steps: [{ action: 'FLOW.SIGNAL', parameters: { name: 'go' } }] },
        ],
      },
    ],
  })
  const byJob = new Map((await questions(service, 3)).map((one) => [one.job_id, one.id]))
  await service.client.jobs.cancel('gone')
  await service.client.jobs.signal('lost', 'go')
  expect(await over(service, 'late')).toMatchObject({ state: 'failed', failed_step: 'ask' })
  expect(await over(service, 'gone')).toMatchObject({ state: 'cancelled' })
  expect(await over(service, 'lost')).toMatchObject({ state: 'succeeded' })
  for (const [job, state] of Object.entries({ late: 'expired', gone: 'cancelled', lost: 'cancelled' })) {
    const id = byJob.get(job) ?? ''
    const reply = await service.request('POST', `/v1/questions/${id}/answer`, { value: { approved: true } })
    expect([job, reply.status, reply.body.type]).toEqual([job, 409, '/problems/question-expired'])
    expect(await service.client.questions.get(id)).toMatchObject({ state, answer: null })
  }
  await service.client.jobs.delete('gone')
  await expect(service.client.questions.get(byJob.get('gone') ?? '')).rejects.toMatchObject({ slug: 'not-found' })
})

test('a question whose time was up has expired, also where a catch took that, or failed itself', async () => {
  await using service = await startConduit()
  const fails = { action: 'FLOW.FAIL', parameters: { type: 'Other' } }
  await service.client.jobs.submit(asking('taken', {}, { timeout: '1s', catch: [{ steps: [] }] }))
  await service.client.jobs.submit(asking('failed', {}, { timeout: '1s', catch: [{ steps: [fails] }] }))
  const open = await questions(service, 2)
  expect(await over(service, 'taken')).toMatchObject({ state: 'succeeded' })
  expect(await over(service, 'failed')).toMatchObject({ state: 'failed' })
  for (const { id } of open) expect(await service.client.questions.get(id)).toMatchObject({ state: 'expired' })
})

test('of twenty answers at once one holds', async () => {
  await using service = await startConduit()
  await service.client.jobs.submit(asking('a', { form: FORM }))
  const [{ id } = expect.fail('it is not listed')] = await questions(service)
  const answers = Array.from({ length: 20 }, (_, i) =>
    service.request('POST', `/v1/questions/${id}/answer`, { value: { amount: i + 1 } }),
  )
  const replies = await Promise.all(answers)
  const held = replies.filter(({ status }) => status === 200)
  expect(held).toHaveLength(1)
  expect(replies.filter(({ body }) => body.type === '/problems/question-answered')).toHaveLength(19)
  expect((await over(service, 'a')).output).toEqual(held[0]?.body.answer)
})

test('the list has pages, newest first, and filters by job and label', async () => {
  await using service = await startConduit()
  for (const id of ['a', 'b', 'c']) {
    await service.client.jobs.submit(asking(id))
    await questions(service, 1, { job_id: id })
  }
  const list = (filters?: QuestionFilters) => service.client.questions.list(filters)
  const jobs = ({ data }: { data: readonly Question[] }) => data.map(({ job_id }) => job_id)
  expect(jobs(await list().page())).toEqual(['c', 'b', 'a'])
  const first = await list({ limit: 2 }).page()
  const second = await list({ limit: 2 }).page(first.next_cursor)
  expect([jobs(first), jobs(second), second.next_cursor]).toEqual([['c', 'b'], ['a'], null])
  expect(jobs(await list({ metadata: { team: 'b' } }).page())).toEqual(['b'])
  expect(jobs(await list({ metadata: { team: 'b' }, job_id: 'a' }).page())).toEqual([])
  expect((await service.request('GET', '/v1/questions?state=open')).status).toBe(400)
  expect((await service.request('GET', '/v1/questions?cursor=x')).status).toBe(400)
  expect((await service.request('GET', '/v1/questions/none')).status).toBe(404)
})

test('who answered is the name of the key, unless an admin says another; it is on the audit log', async () => {
  await using service = await startKeyed()
  const scopes = ['jobs:write', 'jobs:read', 'questions:read', 'questions:answer'] as const
  const plain = await service.key({ name: 'desk', scopes })
  const admin = await service.key({ name: 'root', scopes: [...scopes, 'admin'] })
  const value = { approved: true }
  const answered: string[] = []
  for (const [ask, by] of [
    [plain, 'mallory'],
    [admin, 'ada'],
    [admin, undefined],
  ] as const) {
    const { body: job } = await ask('POST', '/v1/jobs', { steps: [{ action: 'FLOW.ASK' }] })
    const open = async () => (await ask('GET', `/v1/questions?job_id=${job.id}`)).body.data
    await expect.poll(open, { timeout: PATIENCE_MS }).toHaveLength(1)
    const [{ id }] = await open()
    answered.push((await ask('POST', `/v1/questions/${id}/answer`, { value, by })).body.answer.by)
  }
  expect(answered).toEqual(['desk', 'ada', 'root'])
  const { body: log } = await admin('GET', '/v1/audit?action=question.answered')
  expect(log.data.map(({ details }: { details: { by: string } }) => details.by)).toEqual(['root', 'ada', 'desk'])
})

test('the program that holds the service lists and answers by the same rules', async () => {
  await using service = await startConduit()
  await service.conduit.jobs.submit(asking('a'))
  await questions(service)
  const { questions: door } = service.conduit
  const [question] = (await door.list({ jobId: 'a' })).data
  const id = question?.id ?? ''
  await expect(door.answer(id, { value: 1 })).rejects.toMatchObject({ slug: 'invalid-answer' })
  expect(await door.answer(id, { value: { approved: false } })).toMatchObject({ answer: { by: 'anonymous' } })
  expect(await door.get(id)).toMatchObject({ state: 'answered' })
  await expect(door.get(id, { tenant: 'other' })).rejects.toMatchObject({ slug: 'not-found' })
})

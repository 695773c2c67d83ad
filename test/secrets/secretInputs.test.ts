import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type Receiver, startReceiver } from '../outbound/receiver.ts'
import { startConduit, type TestConduit } from '../support/conduit.ts'
import { rowsOf } from '../support/databaseServer.ts'
import { everyTable } from './search.ts'
import { PATIENCE_MS } from '../support/patience.ts'

const SECRETS_KEY = 'a key of the operator which has 32 characters'
const TOKEN = 'sk_live_4eC39HqLyjWDarjtT1zdp7dc'

const inputs = {
  type: 'object',
  properties: {
    order: { type: 'string', default: '77' },
    token: { $ref: '#/$defs/token' },
    deep: { type: 'object', properties: { key: { type: 'string', 'x-secret': true } } },
    least: { type: 'integer', minimum: 1000, 'x-secret': true },
  },
  required: ['token'],
  $defs: { token: { type: 'string', minLength: 8, 'x-secret': true } },
}

let service: TestConduit
let receiver: Receiver
beforeAll(async () => {
  receiver = await startReceiver((response, { headers }) =>
    response.writeHead(200, { 'content-type': 'text/plain' }).end(`you said ${String(headers['x-token'])}`),
  )
  service = await startConduit({ settings: { SECRETS_KEY, WEBHOOK_ALLOW_PRIVATE: 'true' } })
  const sends = {
    action: 'HTTP.REQUEST',
    id: 'send',
    parameters: { url: `${receiver.url}/`, headers: { 'x-token': '{< token >}' } },
  }
  await define(service, 'pay', { inputs, tags: ['HTTP'], steps: [sends], output: 'paid {< order >} by {< token >}' })
  await define(service, 'idle', { inputs, steps: [{ action: 'FLOW.SIGNAL', parameters: { name: 'go' } }] })
  await define(service, 'parent', {
    tags: ['HTTP'],
    inputs,
    steps: [
      {
        action: 'FLOW.JOB',
        id: 'child',
        parameters: {
          definition: 'pay',
          local_values: { token: '{< token >}' },
          metadata: { with: 'the {< token >}', by: 'parent' },
        },
      },
    ],
  })
})
afterAll(async () => {
  await service[Symbol.asyncDispose]()
  await receiver[Symbol.asyncDispose]()
})

async function define(on: TestConduit, name: string, content: object): Promise<void> {
  expect(await on.request('PUT', `/v1/definitions/${name}`, content)).toMatchObject({ status: 201 })
}

const post = (job: object, headers = {}) => service.request('POST', '/v1/jobs', job, headers)
const over = (id: string) => service.client.jobs.wait(id)
const sealedOf = async (id: string) =>
  (await rowsOf(service.databaseUrl, `select sealed_inputs from job where id = '${id}'`))[0]
const tokensSent = (): unknown[] => receiver.visits.splice(0).map(({ headers }) => headers['x-token'])
const tablesWith = async (text: string): Promise<string[]> =>
  (await everyTable(service.databaseUrl)).filter(([, rows]) => rows.includes(text)).map(([name]) => name)

describe('a secret local value', () => {
  test('goes where its tag stands, and is *** in every answer', async () => {
    const answer = await post({
      definition: 'pay',
      id: 'told',
      local_values: { token: TOKEN, deep: { key: 'x'.repeat(9), n: 1 } },
    })
    const shown = { order: '77', token: '***', deep: { key: '***', n: 1 } }
    expect([answer.status, answer.body.local_values]).toEqual([202, shown])
    const job = await over('told')
    expect(job).toMatchObject({ state: 'succeeded', local_values: shown, output: 'paid 77 by ***' })
    expect(job.steps?.[0]?.return_value).toMatchObject({ body: 'you said ***' })
    expect(tokensSent()).toEqual([TOKEN])
  })

  test('of four characters is *** where an expression could not read it', async () => {
    const pin = { type: 'object', properties: { pin: { type: 'string', 'x-secret': true } } }
    const read = { action: 'FLOW.SET', parameters: { value: '{= number(locals.pin) =}' } }
    await define(service, 'pin', { inputs: pin, steps: [read] })
    await post({ definition: 'pin', id: 'pin', local_values: { pin: '12a4' } })
    const job = await over('pin')
    expect(job.steps?.[0]?.return_value).toEqual({
      type: 'ExpressionError',
      message: 'number(locals.pin): the text is no number',
      value: '***',
    })
    expect(await tablesWith('12a4')).toEqual([])
  })

  test('is sealed while the job is not over, and gone from the database then', async () => {
    await post({ definition: 'idle', id: 'held', local_values: { token: TOKEN } })
    await vi.waitFor(async () => expect((await service.client.jobs.get('held')).state).toBe('waiting'), PATIENCE_MS)
    expect((await sealedOf('held'))?.['sealed_inputs']).toMatch(/^sealed:2:/)
    expect(await tablesWith(TOKEN)).toEqual([])
    await service.client.jobs.signal('held', 'go', {})
    expect(await over('held')).toMatchObject({ state: 'succeeded' })
    expect(await sealedOf('held')).toEqual({ sealed_inputs: null })
  })

  test.each<[string, object, (id: string) => Promise<unknown>]>([
    ['cancelled before it began', { run_at: '2999-01-01T00:00:00Z' }, (id) => service.client.jobs.cancel(id)],
    ['cancelled while it waits', {}, (id) => service.client.jobs.cancel(id)],
  ])('is gone with a job that is %s', async (name, more, end) => {
    const id = name.replaceAll(' ', '-')
    await post({ definition: 'idle', id, local_values: { token: TOKEN }, ...more })
    expect((await sealedOf(id))?.['sealed_inputs']).toMatch(/^sealed:2:/)
    await end(id)
    expect(await over(id)).toMatchObject({ state: 'cancelled' })
    expect(await sealedOf(id)).toEqual({ sealed_inputs: null })
  })

  test('is null in the definition that comes back, and needed again by a re-run', async () => {
    const posted = { definition: 'pay', id: 'again', local_values: { token: TOKEN, deep: { key: 'another secret' } } }
    await post(posted)
    await over('again')
    const body = await service.client.jobs.definition('again')
    expect(body).toEqual({ ...posted, local_values: { token: null, deep: { key: null } } })
    const rerun = (given: object) => service.request('POST', '/v1/jobs/again/rerun', given)
    const [token, key] = ['/local_values/token', '/local_values/deep/key']
    for (const [given, pointers] of [
      [{}, [key, token]],
      [{ local_values: { order: '78' } }, [key, token]],
      [{ local_values: { token: TOKEN } }, [key]],
      [{ local_values: { token: '***', deep: {} } }, [token]],
    ] as const) {
      const { status, body } = await rerun(given)
      expect([status, body.errors.map((error: { pointer: string }) => error.pointer)]).toEqual([422, pointers])
    }
    receiver.visits.length = 0
    const again = await rerun({ local_values: { token: `${TOKEN}2`, deep: {} } })
    expect(again.status).toBe(202)
    expect(await over(again.body.id)).toMatchObject({
      state: 'succeeded',
      rerun_of: 'again',
      local_values: { token: '***' },
    })
    expect(tokensSent()).toEqual([`${TOKEN}2`])
  })

  test('that does not fit is not told by the refusal', async () => {
    for (const [values, pointer] of [
      [{ token: 'short12' }, '/local_values/token'],
      [{ token: TOKEN, least: 731 }, '/local_values/least'],
      [{ token: [TOKEN] }, '/local_values/token'],
    ] as const) {
      const { status, body } = await post({ definition: 'pay', local_values: values })
      expect([status, body.errors?.[0].pointer]).toEqual([422, pointer])
      // The id of the request may have any digits.
      expect(JSON.stringify({ ...body, instance: null })).not.toMatch(/short12|731|sk_live/)
    }
  })

  test('is handed on to a child job, and sealed there', async () => {
    receiver.visits.length = 0
    await post({ definition: 'parent', id: 'above', local_values: { token: TOKEN } })
    expect(await over('above')).toMatchObject({ state: 'succeeded', steps: [{ return_value: 'paid 77 by ***' }] })
    expect(tokensSent()).toEqual([TOKEN])
    const body = await service.client.jobs.list({ parent: 'above' }).page()
    expect(body.data).toMatchObject([{ definition: { name: 'pay' }, metadata: { with: 'the ***', by: 'parent' } }])
    expect(await tablesWith(TOKEN)).toEqual([])
  })

  test('is sealed in a child whose definition does not mark it', async () => {
    receiver.visits.length = 0
    const inner = {
      tags: ['HTTP'],
      local_values: { plain: 'seen' },
      steps: [
        { action: 'FLOW.SIGNAL', parameters: { name: 'go' } },
        { action: 'HTTP.REQUEST', parameters: { url: `${receiver.url}/`, headers: { 'x-token': '{< t >}' } } },
      ],
    }
    const step = {
      action: 'FLOW.JOB',
      parameters: { id: 'below', job: inner, local_values: { t: 'with {< token >}' } },
    }
    await define(service, 'wraps', { tags: ['HTTP'], inputs, steps: [step] })
    await post({ definition: 'wraps', id: 'around', local_values: { token: TOKEN } })
    await vi.waitFor(async () => expect((await service.client.jobs.get('below')).state).toBe('waiting'), PATIENCE_MS)
    expect((await service.client.jobs.get('below')).local_values).toEqual({ plain: 'seen', t: '***' })
    expect((await service.client.jobs.definition('below')).local_values).toEqual({
      plain: 'seen',
      t: null,
    })
    expect(await tablesWith(TOKEN)).toEqual([])
    await service.client.jobs.signal('below', 'go', {})
    expect(await over('around')).toMatchObject({ state: 'succeeded' })
    expect(tokensSent()).toEqual([`with ${TOKEN}`])
    expect(await service.request('POST', '/v1/jobs/below/rerun', {})).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/local_values/t' }] },
    })
  })

  test('comes through a batch and through the embedder', async () => {
    receiver.visits.length = 0
    const jobs = [
      { definition: 'pay', id: 'b1', local_values: { token: TOKEN } },
      { definition: 'pay', id: 'b2', local_values: { token: 'no' } },
    ]
    const { body } = await service.request('POST', '/v1/batches', { jobs }, { 'idempotency-key': 'one' })
    expect(body.results).toMatchObject([{ status: 202 }, { status: 422 }])
    const job = await service.conduit.jobs.submit(jobs[0] && { ...jobs[0], id: 'e1' }, { wait: 20 } as never)
    expect(job).toMatchObject({ local_values: { token: '***' } })
    await over('b1')
    await over('e1')
    expect(tokensSent()).toEqual([TOKEN, TOKEN])
    expect(await tablesWith(TOKEN)).toEqual([])
  })

  test('of a schedule is sealed with it, null in what is read of it, and in each of its jobs', async () => {
    receiver.visits.length = 0
    const job = {
      definition: 'pay',
      local_values: { token: TOKEN, order: '5' },
      on_job_finish: { url: `${receiver.url}/hook`, secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' },
    }
    const content = { every: '1h', start_at: '2026-01-01T00:00:00Z', catch_up: 'none', job }
    const written = await service.request('PUT', '/v1/schedules/pays', content)
    const shown = {
      definition: 'pay',
      local_values: { token: null, order: '5' },
      on_job_finish: { url: `${receiver.url}/hook` },
    }
    expect([written.status, written.body.job]).toEqual([201, shown])
    expect((await service.client.schedules.get('pays')).job).toEqual(shown)
    for (const secret of [TOKEN, 'whsec_MfKQ']) expect(await tablesWith(secret)).toEqual([])
    const { status, body } = await service.request('POST', '/v1/schedules/pays/trigger')
    expect([status, body.schedule, body.local_values]).toEqual([202, 'pays', { token: '***', order: '5' }])
    expect(await over(body.id)).toMatchObject({ state: 'succeeded', output: 'paid 5 by ***' })
    expect(tokensSent()).toContain(TOKEN)
    const [from, to] = ['2026-01-01T00:00:00Z', '2026-01-01T00:59:00Z']
    const filled = await service.request('POST', '/v1/schedules/pays/backfill', { from, to })
    expect(filled.body).toMatchObject({ count: 1 })
    expect(await over(filled.body.jobs[0])).toMatchObject({ state: 'succeeded', output: 'paid 5 by ***' })
    expect(tokensSent()).toContain(TOKEN)
    expect(await service.request('PUT', '/v1/schedules/pays', { every: '1h', job: shown })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/job/local_values/token' }] },
    })
    await service.client.schedules.delete('pays')
  })

  test('is known to a dry run and to tests, and told by neither', async () => {
    const mocks = { send: { return_value: `it was ${TOKEN}` } }
    const local_values = { token: TOKEN }
    const dry = await service.request('POST', '/v1/jobs/dry-run', { definition: 'pay', local_values, mocks })
    expect(dry.body).toMatchObject({ local_values: { token: '***' }, output: 'paid 77 by ***', success: true })
    expect(JSON.stringify(dry.body)).not.toContain(TOKEN)
    const steps = [{ action: 'FLOW.SET', id: 'long', parameters: { value: '{= size(locals.token) =}' } }]
    const expected = { success: true, output: [TOKEN.length, '***'] }
    const tests = [{ name: 'one', local_values, expect: expected }]
    await define(service, 'tested', { inputs, steps, output: ['{: long :}', '{< token >}'], tests })
    expect(await service.client.definitions.test('tested')).toMatchObject({ success: true })
  })

  test('is refused with the remedy where the service keeps no secrets; nothing else is', async () => {
    await using open = await startConduit()
    await define(open, 'pay', { inputs: { ...inputs, required: [] }, steps: [{ action: 'LOGIC.TRUE' }] })
    const job = { definition: 'pay', local_values: { token: TOKEN } }
    const refused = {
      status: 409,
      body: { type: '/problems/secrets-closed', detail: expect.stringContaining('SECRETS_KEY') },
    }
    expect(await open.request('POST', '/v1/jobs', job)).toMatchObject(refused)
    expect(await open.request('PUT', '/v1/schedules/s', { every: '1h', job })).toMatchObject(refused)
    expect((await open.request('POST', '/v1/batches', { jobs: [job] })).body.results).toMatchObject([{ status: 409 }])
    expect(await open.request('POST', '/v1/jobs', { definition: 'pay' })).toMatchObject({ status: 202 })
    expect(await open.request('POST', '/v1/jobs/dry-run', job)).toMatchObject({ status: 200 })
  })
})

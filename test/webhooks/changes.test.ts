import type { ServerResponse } from 'node:http'
import { Webhook } from 'standardwebhooks'
import { Webhook as SvixWebhook } from 'svix'
import { expect, test } from 'vitest'
import { createSecretBox } from '../../src/secrets/box.ts'
import { startReceiver, type Visit } from '../outbound/receiver.ts'
import { startConduit, type TestConduit } from '../support/conduit.ts'
import { createTestDatabase } from '../support/database.ts'
import { addWebhook, attempts, deliveriesOf, LOCAL, SECRET, sql, verified } from './delivery.ts'

const job = { steps: [{ action: 'LOGIC.TRUE' }] }
const onlyEnd = { events: ['job.finished'] }

/** Runs a job and waits for so many attempts. */
async function runAndWait(service: TestConduit, count = 1): Promise<void> {
  const made = attempts(service.conduit.telemetry, count)
  await service.run(job)
  await made
}

const headersOf = ({ headers }: Visit) => headers as Record<string, string>

test('what is sent verifies with the libraries of Standard Webhooks and of Svix, and a changed body does not', async () => {
  await using receiver = await startReceiver()
  await using service = await startConduit({ settings: LOCAL })
  await addWebhook(service, receiver.url, onlyEnd)
  await runAndWait(service)
  const [visit] = receiver.visits
  if (visit === undefined) throw new Error('nobody came')
  expect(verified(visit)).toMatchObject({ type: 'job.finished', data: { seq: 2, job: { state: 'succeeded' } } })
  expect(() => new SvixWebhook(SECRET).verify(visit.body, headersOf(visit))).not.toThrow()
  expect(() => new SvixWebhook(SECRET).verify(`${visit.body} `, headersOf(visit))).toThrow()
  expect(headersOf(visit)['content-type']).toBe('application/json')
})

test('after a rotation both secrets sign for 24 hours, then the new one alone', async () => {
  await using receiver = await startReceiver()
  await using service = await startConduit({ settings: LOCAL })
  const { id } = await addWebhook(service, receiver.url, onlyEnd)
  const { status, body } = await service.request('POST', `/v1/webhooks/${id}/rotate-secret`)
  expect([status, body.id]).toEqual([200, id])
  await runAndWait(service)
  await sql(service, `update webhook set previous_until = now() - interval '1 second'`)
  await runAndWait(service)
  const [both, one] = receiver.visits as [Visit, Visit]
  for (const secret of [SECRET, body.secret])
    expect(() => new Webhook(secret).verify(both.body, headersOf(both))).not.toThrow()
  expect(headersOf(both)['webhook-signature']).toMatch(/^v1,\S+ v1,\S+$/)
  expect(() => new Webhook(body.secret).verify(one.body, headersOf(one))).not.toThrow()
  expect(() => new Webhook(SECRET).verify(one.body, headersOf(one))).toThrow()
})

test('a change holds for what is pending', async () => {
  await using dead = await startReceiver((response: ServerResponse) => response.writeHead(500).end())
  await using alive = await startReceiver()
  await using service = await startConduit({ settings: { ...LOCAL, WEBHOOK_RETRY_SCHEDULE: '1h' } })
  const { id } = await addWebhook(service, dead.url, onlyEnd)
  await runAndWait(service)
  const [pending] = await deliveriesOf(service, id)
  await service.request('PATCH', `/v1/webhooks/${id}`, { url: alive.url })
  const made = attempts(service.conduit.telemetry, 1)
  await service.request('POST', `/v1/webhooks/${id}/deliveries/${pending?.id}/redeliver`)
  await made
  const [delivery] = await deliveriesOf(service, id)
  expect([delivery?.state, delivery?.attempts.map(({ status_code }) => status_code)]).toEqual(['delivered', [500, 200]])
  expect([alive.visits[0]?.body, alive.visits[0]?.headers['webhook-id']]).toEqual([dead.visits[0]?.body, pending?.id])
})

test('while it is switched off nothing is recorded, and what is pending is held until it is on again', async () => {
  await using receiver = await startReceiver()
  await using service = await startConduit({ settings: LOCAL })
  const { id } = await addWebhook(service, receiver.url, onlyEnd)
  await runAndWait(service)
  const [first] = await deliveriesOf(service, id)
  await service.request('PATCH', `/v1/webhooks/${id}`, { enabled: false })
  await service.run(job)
  expect(await deliveriesOf(service, id)).toHaveLength(1)
  const held = new Promise((resolve) => service.conduit.telemetry.once('messagesClaimed', resolve))
  await service.request('POST', `/v1/webhooks/${id}/deliveries/${first?.id}/redeliver`)
  await held
  const made = attempts(service.conduit.telemetry, 1)
  await service.request('PATCH', `/v1/webhooks/${id}`, { enabled: true })
  await made
  expect(receiver.visits).toHaveLength(2)
})

test('deleting a webhook drops what is pending for it', async () => {
  await using dead = await startReceiver((response: ServerResponse) => response.writeHead(500).end())
  await using service = await startConduit({ settings: { ...LOCAL, WEBHOOK_RETRY_SCHEDULE: '1h' } })
  const { id } = await addWebhook(service, dead.url, onlyEnd)
  await runAndWait(service)
  await service.client.webhooks.delete(id)
  expect(await sql(service, 'select state, due_at from message')).toEqual([{ state: 'failed', due_at: null }])
})

test('secrets are sealed at rest with SECRETS_KEY, and what was stored in plain before stays readable', async () => {
  await using receiver = await startReceiver()
  const seen = async (settings: Record<string, string>) => {
    await using service = await startConduit({ settings })
    await addWebhook(service, receiver.url, onlyEnd)
    const stored = await sql(service, 'select secret from webhook order by id')
    const count = stored.length
    await runAndWait(service, count)
    return { url: service.databaseUrl, stored: stored.map(({ secret }) => secret === SECRET) }
  }
  await using database = await createTestDatabase()
  const settings = { ...LOCAL, DATABASE_URL: database.url }
  {
    // Gone before the messages come: it has no key to sign them with.
    await using first = await startConduit({ settings })
    await addWebhook(first, receiver.url, onlyEnd)
  }
  expect((await seen({ ...settings, SECRETS_KEY: 'a key of the operator, with 32 characters' })).stored).toEqual([
    true,
    false,
  ])
  expect(receiver.visits.map((visit) => verified(visit).type)).toEqual(['job.finished', 'job.finished'])
})

test('a secret that was sealed with another key is an error of the attempt, which is tried again', async () => {
  await using receiver = await startReceiver()
  await using service = await startConduit({ settings: { ...LOCAL, WEBHOOK_RETRY_SCHEDULE: '1h' } })
  const { id } = await addWebhook(service, receiver.url, onlyEnd)
  const another = createSecretBox('another key of the operator, with 32 characters')
  await sql(service, `update webhook set secret = '${another.seal(SECRET, `webhook/default/${id}`)}'`)
  await runAndWait(service)
  const [delivery] = await deliveriesOf(service, id)
  expect([delivery?.state, delivery?.attempts[0]?.error]).toEqual([
    'pending',
    expect.stringMatching(/^a secret was sealed with another SECRETS_KEY \(its id is [0-9a-f]{8}\); name/),
  ])
  expect(receiver.visits).toEqual([])
})

test('a large return value or output is left out of messages, and named', async () => {
  await using receiver = await startReceiver()
  await using service = await startConduit({ settings: LOCAL })
  await addWebhook(service, receiver.url)
  const made = attempts(service.conduit.telemetry, 3)
  const text = 'x'.repeat(64 * 1024)
  await service.run({
    steps: [
      { id: 'fits', action: 'TEXT.CREATE', parameters: { value: text.slice(2) } },
      { id: 'large', action: 'TEXT.CREATE', parameters: { value: '{< text >}x' } },
    ],
    local_values: { text },
    output: '{: large :}',
  })
  await made
  const bodies = receiver.visits.map((visit) => verified(visit)).sort((a, b) => a.data.seq - b.data.seq)
  expect(bodies.map(({ data }) => data.omitted)).toEqual([undefined, ['return_value'], ['output']])
  expect(bodies[0].data.step.return_value).toHaveLength(64 * 1024 - 2)
  expect([bodies[1].data.step.return_value, bodies[2].data.job.output]).toEqual([null, null])
})

test('attempts are counted by outcome', async () => {
  await using receiver = await startReceiver()
  await using service = await startConduit({ settings: LOCAL })
  await addWebhook(service, receiver.url, onlyEnd)
  await runAndWait(service)
  expect((await service.request('GET', '/metrics')).body).toContain(
    'conduit_webhook_attempts_total{outcome="delivered"} 1',
  )
})

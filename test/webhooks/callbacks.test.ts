import { expect, test } from 'vitest'
import { tenantSecret } from '../../src/webhooks/secrets.ts'
import { startReceiver } from '../outbound/receiver.ts'
import { startConduit } from '../support/conduit.ts'
import { addWebhook, attempts, LOCAL, SECRET, verified } from './delivery.ts'

const ROOT = 'the root of secrets'

test("a job's own callbacks get its events, signed with their secret or the tenant's own", async () => {
  await using receiver = await startReceiver()
  await using service = await startConduit({ settings: { ...LOCAL, WEBHOOK_SECRET: ROOT } })
  const delivered = attempts(service.conduit.telemetry, 3)
  const job = await service.run({
    on_step_update: { url: `${receiver.url}/step`, secret: SECRET },
    on_job_finish: { url: `${receiver.url}/end?token=1` },
    steps: [{ action: 'TEXT.UPPERCASE', id: 'up', parameters: { text: 'a' } }, { action: 'NO.SUCH' }],
    output: '{: up :}',
  })
  await delivered
  const bodies = receiver.visits
    .filter(({ url }) => url === '/step')
    .map((visit) => verified(visit))
    .sort((a, b) => a.data.seq - b.data.seq)
  const { steps = [], ...rest } = await service.client.jobs.get(job.id)
  expect(bodies).toEqual(
    [0, 1].map((i) => ({
      type: 'step.updated',
      timestamp: steps[i]?.finished_at,
      data: { seq: i + 1, job: { id: job.id, name: null, state: 'running', success: null }, step: steps[i] },
    })),
  )
  const end = receiver.visits.find(({ url }) => url === '/end?token=1')
  expect(end && verified(end, tenantSecret(ROOT, 'default'))).toEqual({
    type: 'job.finished',
    timestamp: job.finished_at,
    data: { seq: 3, job: rest, failed_step: steps[1] },
  })
  expect(new Set(receiver.visits.map(({ headers }) => headers['webhook-id'])).size).toBe(3)
})

test("a job's deliveries are those of its callbacks, and with the scope `webhooks` also those of webhooks", async () => {
  await using receiver = await startReceiver()
  await using service = await startConduit({ settings: LOCAL })
  const { id: webhook } = await addWebhook(service, `${receiver.url}/hook`, { events: ['job.finished'] })
  const delivered = attempts(service.conduit.telemetry, 2)
  const { id } = await service.run({ steps: [], on_job_finish: { url: `${receiver.url}/end` } })
  await delivered
  const goals = async (query: string) =>
    (await service.request('GET', `/v1/jobs/${id}/deliveries${query}`)).body.data.map(
      (delivery: { webhook_id: string | null }) => delivery.webhook_id,
    )
  expect(await goals('')).toEqual([null])
  expect(new Set(await goals('?include=webhooks'))).toEqual(new Set([null, webhook]))
  const { body } = await service.request('POST', '/v1/keys', { name: 'reader', scopes: ['jobs:read'] })
  const reader = { authorization: `Bearer ${body.secret}` }
  expect((await service.request('GET', `/v1/jobs/${id}/deliveries`, undefined, reader)).status).toBe(200)
  const refused = await service.request('GET', `/v1/jobs/${id}/deliveries?include=webhooks`, undefined, reader)
  expect([refused.status, refused.body.detail]).toEqual([403, expect.stringContaining('webhooks')])
})

import { expect, test } from 'vitest'
import { tenantSecret } from '../../src/webhooks/secrets.ts'
import { startReceiver } from '../outbound/receiver.ts'
import { startConduit } from '../support/conduit.ts'
import { attempts, LOCAL, SECRET, verified } from './delivery.ts'

test("a job's own callbacks get its events, signed with their secret or the tenant's own", async () => {
  await using receiver = await startReceiver()
  await using service = await startConduit({ settings: { ...LOCAL, WEBHOOK_SECRET: 'root' } })
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
  const { steps, ...rest } = (await service.request('GET', `/v1/jobs/${job.id}`)).body
  expect(bodies).toEqual(
    [0, 1].map((i) => ({
      type: 'step.updated',
      timestamp: steps[i].finished_at,
      data: { seq: i + 1, job: { id: job.id, name: null, state: 'running', success: null }, step: steps[i] },
    })),
  )
  const end = receiver.visits.find(({ url }) => url === '/end?token=1')
  expect(end && verified(end, tenantSecret('root', 'default'))).toEqual({
    type: 'job.finished',
    timestamp: job.finished_at,
    data: { seq: 3, job: rest, failed_step: steps[1] },
  })
  expect(new Set(receiver.visits.map(({ headers }) => headers['webhook-id'])).size).toBe(3)
})

import { expect, test, vi } from 'vitest'
import { until } from '../faults/workload.ts'
import { startReceiver } from '../outbound/receiver.ts'
import { startConduit } from '../support/conduit.ts'
import { administer } from '../support/databaseServer.ts'
import { PATIENCE_MS } from '../support/patience.ts'

test('a message whose claim was lost on its way is found by its own replica, which lives on, and sent', async () => {
  await using receiver = await startReceiver((response) => void response.writeHead(500).end())
  const settings = { WEBHOOK_ALLOW_PRIVATE: 'true', WEBHOOK_RETRY_SCHEDULE: '24h', LEASE_SECONDS: '1' }
  await using service = await startConduit({ settings })
  await service.request('POST', '/v1/webhooks', { url: receiver.url, events: ['job.finished'] })
  const { id } = await service.run({ steps: [{ action: 'LOGIC.TRUE' }] })
  await until(service.databaseUrl, `select bool_and(state = 'waiting') as holds from message`)
  // As the database is after a claim whose answer was lost: nobody but the database knows of it.
  await administer(
    service.databaseUrl,
    `update message set state = 'sending', due_at = null, owner = (select max(id) from replica) where job_id = '${id}'`,
  )
  await vi.waitFor(() => expect(receiver.visits.length).toBe(2), { timeout: PATIENCE_MS })
})

import { expect, test } from 'vitest'
import { Telemetry } from '../../../src/telemetry.ts'
import { startConduit } from '../../support/conduit.ts'
import { administer } from '../../support/databaseServer.ts'

test('what is a live replica’s by the database and runs nowhere is found, and run', async () => {
  const telemetry = new Telemetry()
  const reasons: string[] = []
  telemetry.on('jobReleased', ({ reason }) => reasons.push(reason))
  // The replica that the row names may be either: their ids are random.
  await using tells = await startConduit({ telemetry, settings: { CONCURRENCY: '0', LEASE_SECONDS: '1' } })
  await using _runs = await startConduit({
    telemetry,
    settings: { DATABASE_URL: tells.databaseUrl, LEASE_SECONDS: '1' },
  })
  // As the database is after a claim whose answer was lost: nobody but the database knows of it.
  await administer(tells.databaseUrl, ORPHAN)
  const job = await tells.request('GET', '/v1/jobs/orphan?wait=60')
  expect([job.body.state, reasons]).toEqual(['succeeded', ['orphan']])
})

const ORPHAN = `
insert into job (id, tenant, state, journal_rows, holder, fence, started_at, nonce, definition)
select 'orphan', 'default', 'running', 0, (array_agg(holder order by started_at desc))[1], 1, now(), gen_random_uuid(), '{"steps":[{"action":"LOGIC.TRUE"}]}'
from replica`

import { expect, onTestFinished, test } from 'vitest'
import { startOrphanFinder } from '../../../src/executor/background/orphanFinder.ts'
import { Arrivals } from '../../../src/executor/queue/arrivals.ts'
import { Slots } from '../../../src/executor/queue/slots.ts'
import { createSignals } from '../../../src/signals.ts'
import { openDatabase } from '../../../src/store/client.ts'
import { Telemetry } from '../../../src/telemetry.ts'
import { startProxy } from '../../faults/proxy.ts'
import { ask, until } from '../../faults/workload.ts'
import { markBlocks } from '../../service/markBlocks.ts'
import { startConduit } from '../../support/conduit.ts'
import { createTestDatabase } from '../../support/database.ts'
import { administer } from '../../support/databaseServer.ts'
import { slowness } from '../../support/patience.ts'

/** Short, and long enough not to run out where the machine has other work: a job is then queued, and nobody’s orphan. */
const LEASE_SECONDS = String(Math.ceil(slowness()))

test('what is a live replica’s by the database and runs nowhere is found, and run', async () => {
  const telemetry = new Telemetry()
  const reasons: string[] = []
  telemetry.on('jobReleased', ({ reason }) => reasons.push(reason))
  // The replica that the row names may be either: their ids are random.
  await using tells = await startConduit({ telemetry, settings: { CONCURRENCY: '0', LEASE_SECONDS } })
  await using _runs = await startConduit({
    telemetry,
    settings: { DATABASE_URL: tells.databaseUrl, LEASE_SECONDS },
  })
  // As the database is after a claim whose answer was lost: nobody but the database knows of it.
  await administer(tells.databaseUrl, ORPHAN)
  const job = await tells.request('GET', '/v1/jobs/orphan?wait=60')
  expect([job.body.state, reasons]).toEqual(['succeeded', ['orphan']])
})

const MARK = { action: 'TEST.MARK', parameters: { as: 'called' } }

test('a job whose answer comes after it was given back is not begun beside whoever has it now', async () => {
  await using database = await createTestDatabase()
  await using proxy = await startProxy(database.url)
  const marks: string[] = []
  const options = { blocks: markBlocks({ marks, broken: false }), telemetry: new Telemetry() }
  const reasons: string[] = []
  options.telemetry.on('jobReleased', ({ reason }) => reasons.push(reason))
  const lost = new Promise((resolve) => options.telemetry.on('jobLost', resolve))
  await using late = await startConduit({ ...options, settings: { DATABASE_URL: proxy.url, LEASE_SECONDS } })
  const deliver = proxy.delayAnswerTo('accept-open')
  const posted = late.request('POST', '/v1/jobs', { id: 'late', steps: [MARK] })
  await until(database.url, "select exists (select from job where id = 'late' and finished_at is not null) as holds")
  deliver()
  expect((await posted).status).toBe(202)
  await lost
  expect([reasons, marks]).toEqual([['orphan'], ['called']])
})

test('what is being made ready here is not given back, however long that takes', async () => {
  await using database = await createTestDatabase()
  const connection = openDatabase({ connectionString: database.url })
  onTestFinished(() => connection.close())
  const slots = new Slots(1, () => false)
  const [telemetry, arrivals, lease] = [new Telemetry(), new Arrivals(), { holder: '7' }]
  const deps = { database: connection, telemetry, signals: createSignals(), slots, arrivals, lease, onQueued: () => {} }
  const orphan = (id: string, fence: number): string =>
    `insert into job (id, tenant, state, journal_rows, holder, fence, started_at, nonce, definition) values ('${id}', 'default', 'running', 0, 7, ${fence}, now(), gen_random_uuid(), '{}')`
  await administer(database.url, orphan('lost', 1))
  await administer(database.url, orphan('coming', 2))
  using _coming = arrivals.expect({ tenant: 'default', id: 'coming', fence: '2' })
  const finder = startOrphanFinder({ ...deps, leaseSeconds: 0.03 })
  await until(database.url, "select holder is null as holds from job where id = 'lost'")
  await finder.stop()
  expect(await ask(database.url, 'select id from job where holder = 7')).toEqual([{ id: 'coming' }])
})

const ORPHAN = `
insert into job (id, tenant, state, journal_rows, holder, fence, started_at, nonce, definition)
select 'orphan', 'default', 'running', 0, (array_agg(holder order by started_at desc))[1], 1, now(), gen_random_uuid(), '{"steps":[{"action":"LOGIC.TRUE"}]}'
from replica`

import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID, randomUUIDv7 } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import { createConduit } from '../../src/compose/conduit.ts'
import { createLog } from '../../src/logging.ts'
import { openDatabase } from '../../src/store/client.ts'
import { acceptJobs } from '../../src/store/jobs/accept.ts'
import type { NewJob } from '../../src/store/jobs/newJob.ts'
import { migrate } from '../../src/store/migrate.ts'
import { addWebhook } from '../../src/store/webhooks/add.ts'
import { Telemetry } from '../../src/telemetry.ts'
import { newSecret } from '../../src/webhooks/secrets.ts'
import { openServer } from '../service/postgres.ts'

// How many messages does one replica deliver a second to a receiver on this machine? The messages are recorded first, so
// that nothing else runs while they are sent. BENCH_DATABASE_URL takes a Postgres of yours instead of the embedded one; the
// receiver is a process of its own. `node --cpu-prof bench/events/deliveries.ts` says where time goes.

const JOBS = Number(process.env['JOBS'] ?? 2000)
const STEPS = 4
const ENDPOINTS = Number(process.env['ENDPOINTS'] ?? 1)
const GROUP = 100
const TENANT = 'default'

/** `bench/events/receiver.ts` answers 204 to everything. */
async function startReceiver(): Promise<{ url: string; child: ChildProcess }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'receiver.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if (child.stdout === null) throw new Error('the receiver has no output')
  const [chunk] = (await once(child.stdout, 'data')) as [Buffer]
  return { url: chunk.toString().trim(), child }
}

/** A job of text steps that is over, as it is accepted. */
function finishedJob(): NewJob {
  const now = Date.now()
  const value = 'Hello World, said somebody who was counting.'
  const step = { action: 'TEXT.JOIN', parameters: { text1: 'Hello', text2: 'World, said somebody who was counting.' } }
  return {
    tenant: TENANT,
    id: randomUUIDv7(),
    idempotency: null,
    definition: JSON.stringify({ name: 'bench', steps: Array.from({ length: STEPS }, () => step) }),
    checks: null,
    name: 'bench',
    labels: null,
    of: null,
    labelRows: [],
    nonce: randomUUID(),
    callbacks: null,
    createdBy: null,
    createdAt: now,
    scheduledFor: null,
    owned: false,
    progress: {
      state: 'succeeded',
      startedAt: now,
      finishedAt: now,
      entries: Array.from({ length: STEPS }, (_, i) => ({
        kind: 'step',
        path: String(i + 1),
        position: i + 1,
        written: i,
        status: 'DONE',
        cause: null,
        attempt: 1,
        attempts: null,
        error: null,
        startedAt: now,
        finishedAt: now,
        returnValue: value,
        json: JSON.stringify(value),
        variables: null,
      })),
      failed: null,
      variables: null,
      output: JSON.stringify(value),
      outputOmitted: false,
    },
  }
}

async function fill(connectionString: string, receiver: string): Promise<number> {
  await migrate(connectionString)
  const database = openDatabase({ connectionString, max: 1 })
  for (let i = 0; i < ENDPOINTS; i++) {
    const events = ['step.updated', 'job.finished']
    const webhook = { id: `wh_${randomUUIDv7()}`, tenant: TENANT, url: `${receiver}/${i}`, events }
    await addWebhook(
      database,
      { ...webhook, description: null, enabled: true, secret: newSecret() },
      ENDPOINTS,
      'bench',
    )
  }
  const jobs = Math.ceil(JOBS / ENDPOINTS)
  for (let made = 0; made < jobs; made += GROUP) {
    await acceptJobs(database, Array.from({ length: Math.min(GROUP, jobs - made) }, finishedJob), '0')
  }
  await database.close()
  return jobs * (STEPS + 1) * ENDPOINTS
}

const percentile = (sorted: readonly number[], p: number): number => sorted[Math.floor(sorted.length * p)] ?? 0

await using stack = new AsyncDisposableStack()
const receiver = await startReceiver()
stack.defer(() => void receiver.child.kill())
const server = stack.use(await openServer())
const url = await server.database('conduit_bench_deliveries')
stack.defer(() => server.drop('conduit_bench_deliveries'))
const messages = await fill(url, receiver.url)

const telemetry = new Telemetry()
const took: number[] = []
const done = new Promise<void>((resolve) => {
  telemetry.on('deliveryAttempted', ({ outcome, milliseconds }) => {
    if (outcome === 'failed') throw new Error('an attempt failed')
    took.push(milliseconds)
    if (took.length === messages) resolve()
  })
})
const settings = { DATABASE_URL: url, CONCURRENCY: '0', WEBHOOK_ALLOW_PRIVATE: 'true' }
await using _conduit = await createConduit({ settings, telemetry, log: createLog('silent') })
const began = performance.now()
const cpu = process.cpuUsage()
const postgresBefore = server.cpuSeconds() ?? Number.NaN
await done
const seconds = (performance.now() - began) / 1000
const { user, system } = process.cpuUsage(cpu)
const postgres = (server.cpuSeconds() ?? Number.NaN) - postgresBefore
took.sort((a, b) => a - b)
process.stdout.write(
  `${server.description}\n${messages} messages to ${ENDPOINTS} endpoint(s) in ${seconds.toFixed(1)} s: ` +
    `${Math.round(messages / seconds)} deliveries/s, ${Math.round((user + system) / messages)} µs of the service's CPU and ` +
    `${Math.round((postgres * 1e6) / messages)} µs of Postgres's each, ` +
    `an attempt takes p50 ${percentile(took, 0.5)} ms, p99 ${percentile(took, 0.99)} ms\n`,
)

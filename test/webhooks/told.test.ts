import pg from 'pg'
import { expect, test } from 'vitest'
import { startConduit } from '../support/conduit.ts'

type Told = { job_id: string; seq: number; event: string; endpoint: string; id: string }

const URL = 'https://example.com/hook'
const pure = { action: 'LOGIC.TRUE' }
const slow = { action: 'TIME.SLEEP', parameters: { seconds: 0.01 } }

/** A webhook as a row, so that what is recorded for it can be looked at alone. */
async function addWebhook(client: pg.Client, id: string, events: string[], tenant = 'default', enabled = true) {
  await client.query(
    `insert into webhook (id, tenant, url, events, enabled, secret) values ($1, $2, $3, $4, $5, 'whsec_')`,
    [id, tenant, URL, events, enabled],
  )
}

async function openClient(url: string): Promise<pg.Client & AsyncDisposable> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.end() })
}

const messagesOf = async (client: pg.Client, job: string): Promise<Told[]> =>
  (
    await client.query<Told>(
      'select job_id, seq, event, endpoint, id from message where job_id = $1 order by endpoint, seq',
      [job],
    )
  ).rows

test('every step and the end are told to each webhook that listens, in the statement that records them', async () => {
  await using service = await startConduit()
  await using client = await openClient(service.databaseUrl)
  await addWebhook(client, 'wh_all', ['step.updated', 'job.finished'])
  await addWebhook(client, 'wh_end', ['job.finished'])
  await addWebhook(client, 'wh_off', ['job.finished'], 'default', false)
  await addWebhook(client, 'wh_other', ['job.finished'], 'another')
  const told = async (job: object, id: string) => {
    await service.run({ ...job, id })
    return (await messagesOf(client, id)).map(({ endpoint, seq, event }) => `${endpoint} ${seq} ${event}`)
  }
  const all = (steps: number) => [
    ...Array.from({ length: steps }, (_, i) => `wh_all ${i + 1} step.updated`),
    `wh_all ${steps + 1} job.finished`,
    `wh_end ${steps + 1} job.finished`,
  ]
  expect(await told({ steps: [pure, pure, pure] }, 'over-at-once')).toEqual(all(3))
  expect(await told({ steps: [pure, slow, pure, slow, pure] }, 'in-parts')).toEqual(all(5))
  expect(await told({ steps: [{ action: 'NO.SUCH' }, pure] }, 'skipped')).toEqual(all(2))
  expect(await told({ steps: [] }, 'without-steps')).toEqual(all(0))
})

test('a cancelled job tells of its killed and skipped steps and of its end', async () => {
  await using service = await startConduit({ settings: { CONCURRENCY: '1' } })
  await using client = await openClient(service.databaseUrl)
  await addWebhook(client, 'wh_all', ['step.updated', 'job.finished'])
  const sleeping = { action: 'TIME.SLEEP', parameters: { seconds: 60 } }
  await service.client.jobs.submit({ id: 'running', steps: [sleeping, pure] })
  await service.client.jobs.submit({ id: 'queued', steps: [sleeping, pure] })
  await service.client.jobs.cancel('queued')
  await service.client.jobs.cancel('running')
  for (const id of ['running', 'queued']) {
    await service.client.jobs.wait(id)
    expect((await messagesOf(client, id)).map(({ seq, event }) => `${seq} ${event}`)).toEqual([
      '1 step.updated',
      '2 step.updated',
      '3 job.finished',
    ])
  }
})

test("a job's own callbacks are told to, each of its kind alone, and no secret of theirs stands in the definition", async () => {
  await using service = await startConduit({ settings: { SECRETS_KEY: 'a key of the operator, with 32 characters' } })
  await using client = await openClient(service.databaseUrl)
  const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
  const callbacks = { on_step_update: { url: `${URL}/step`, secret }, on_job_finish: { url: `${URL}/end` } }
  await service.run({ id: 'both', ...callbacks, steps: [pure, slow], metadata: { secret: 'kept' } })
  await service.run({ id: 'end', on_job_finish: callbacks.on_job_finish, steps: [pure, slow] })
  await service.run({ id: 'none', on_job_finish: null, steps: [pure, slow] })
  const both = await messagesOf(client, 'both')
  expect(both.map(({ event }) => event).sort()).toEqual(['job.finished', 'step.updated', 'step.updated'])
  expect((await messagesOf(client, 'end')).map(({ event }) => event)).toEqual(['job.finished'])
  expect(await messagesOf(client, 'none')).toEqual([])
  expect(new Set(both.map(({ id }) => id)).size).toBe(3)
  for (const { id, endpoint } of both) {
    expect(id).toMatch(/^msg_[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(endpoint).toMatch(/^cb_/)
  }
  const { rows } = await client.query('select row_to_json(j)::text as row from job j')
  expect(rows.filter(({ row }) => row.includes(secret))).toEqual([])
})

test('deleting a job takes its messages along', async () => {
  await using service = await startConduit()
  await using client = await openClient(service.databaseUrl)
  await addWebhook(client, 'wh_all', ['step.updated', 'job.finished'])
  await service.run({ id: 'gone', steps: [pure] })
  expect(await messagesOf(client, 'gone')).toHaveLength(2)
  await service.client.jobs.delete('gone')
  expect(await messagesOf(client, 'gone')).toEqual([])
})

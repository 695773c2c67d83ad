import { once } from 'node:events'
import { expect, test } from 'vitest'
import { administer } from '../support/databaseServer.ts'
import { openStream, type SentEvent } from '../support/eventStream.ts'
import { startConduit } from '../support/conduit.ts'
import { startReplicas } from './replicas.ts'

const nap = { action: 'TIME.SLEEP', parameters: { seconds: 0.05 } }
const steps = Array.from({ length: 10 }, () => nap)
const seqs = (events: readonly SentEvent[]) => events.map(({ id }) => Number(id))
const range = (to: number) => Array.from({ length: to }, (_, i) => i + 1)

const KILL_LISTENERS = `
select pg_terminate_backend(pid) from pg_stat_activity
where application_name = 'conduit listener' and datname = current_database()`

test('a stream on one replica shows a job that runs on another, in order, without gap', async () => {
  await using replicas = await startReplicas()
  const url = await replicas.tells.conduit.listen()
  await replicas.runs.client.jobs.submit({ id: 'far', steps })
  await using stream = await openStream(`${url}/v1/jobs/far/events`)
  const events = await stream.rest()
  expect(seqs(events)).toEqual(range(11))
  const listed = (await replicas.runs.request('GET', '/v1/jobs/far/events')).body.data
  expect(events.map(({ data }) => data)).toEqual(listed)
})

test('a job is told whole although every listening connection is killed after each event', async () => {
  await using replicas = await startReplicas()
  const url = await replicas.tells.conduit.listen()
  await replicas.runs.client.jobs.submit({ id: 'deaf', steps })
  await using stream = await openStream(`${url}/v1/jobs/deaf/events`)
  const events: SentEvent[] = []
  for (let event = await stream.next(); event !== null; event = await stream.next()) {
    events.push(event)
    await administer(replicas.runs.databaseUrl, KILL_LISTENERS)
  }
  expect(seqs(events)).toEqual(range(11))
})

test('what nobody told of is found by the poll: a step, and the end', async () => {
  await using service = await startConduit({ settings: { PORT: '0', CONCURRENCY: '0' } })
  const url = await service.conduit.listen()
  const write = (...sql: string[]) => administer(service.databaseUrl, ...sql)
  await service.client.jobs.submit({ id: 'quiet', steps: [{ action: 'LOGIC.TRUE' }] })
  await using stream = await openStream(`${url}/v1/jobs/quiet/events`)
  const waited = service.request('GET', '/v1/jobs/quiet?wait=60')
  await write(
    `insert into journal (job_id, tenant, number, first_seq, told, entries)
     values ('quiet', 'default', 1, 1, 1, '[["step","1",1,0,0,null,1,true]]')`,
    "update job set journal_rows = 1, last_seq = 1, state = 'running', started_at = now() where id = 'quiet'",
  )
  expect((await stream.next())?.id).toBe('1')
  await write("update job set state = 'succeeded', finished_at = now(), due_at = null where id = 'quiet'")
  expect((await stream.rest()).map(({ id, event }) => [id, event])).toEqual([['2', 'job.finished']])
  expect((await waited).body.state).toBe('succeeded')
})

test('a stream ends where its job is gone and another has its id', async () => {
  await using service = await startConduit({ settings: { PORT: '0', CONCURRENCY: '0' } })
  const url = await service.conduit.listen()
  await service.client.jobs.submit({ id: 'again', steps: [{ action: 'LOGIC.TRUE' }] })
  await using stream = await openStream(`${url}/v1/jobs/again/events`)
  const closed = once(service.conduit.telemetry, 'streamClosed')
  await administer(service.databaseUrl, "update job set nonce = gen_random_uuid(), last_seq = 5 where id = 'again'")
  expect(await stream.rest()).toEqual([])
  expect(await closed).toMatchObject([{ reason: 'job-gone' }])
})

test('a drain ends streams in order, so that their clients go elsewhere and miss nothing', async () => {
  await using replicas = await startReplicas()
  const { runs, tells } = replicas
  const [here, there] = [await tells.conduit.listen(), await runs.conduit.listen()]
  await runs.client.jobs.submit({ id: 'moving', steps })
  const streams = await Promise.all(Array.from({ length: 5 }, () => openStream(`${here}/v1/jobs/moving/events`)))
  await streams[0]?.next()
  const first = Promise.all(streams.map((stream) => stream.rest()))
  await tells.conduit.close()
  const [events = []] = await first
  const last = String(1 + events.length)
  await using resumed = await openStream(`${there}/v1/jobs/moving/events`, { headers: { 'last-event-id': last } })
  expect([1, ...seqs(events), ...seqs(await resumed.rest())]).toEqual(range(11))
})

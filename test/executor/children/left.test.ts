import { expect, test, vi } from 'vitest'
import { defineBlock, Type } from '../../../src/engine/block.ts'
import { Teller } from '../../../src/executor/children/teller.ts'
import { openDatabase } from '../../../src/store/client.ts'
import { migrate } from '../../../src/store/migrate.ts'
import { Telemetry } from '../../../src/telemetry.ts'
import { startConduit, type TestConduit } from '../../support/conduit.ts'
import { createTestDatabase } from '../../support/database.ts'
import { administer } from '../../support/databaseServer.ts'
import { PATIENCE_MS } from '../../support/patience.ts'

// What replicas leave behind when they die, are frozen, or have no room.

const sleeping = { steps: [{ action: 'FLOW.SLEEP', parameters: { for: '1h' } }] }
const parentOf = (job: object) => ({ steps: [{ id: 'j', action: 'FLOW.JOB', parameters: { job } }], output: '{: j :}' })

async function reaches(service: TestConduit, id: string, state: string): Promise<void> {
  await expect.poll(async () => (await service.client.jobs.get(id)).state, { timeout: PATIENCE_MS }).toBe(state)
}

test('the end of a child of which nobody told its parent is found, and wakes it', async () => {
  await using service = await startConduit()
  const { id } = (await service.request('POST', '/v1/jobs', parentOf(sleeping))).body
  await reaches(service, id, 'waiting')
  const [child] = (await service.request('GET', `/v1/jobs?parent=${id}`)).body.data
  await reaches(service, child.id, 'waiting')
  // As a replica leaves it that dies between the commit of the end and telling of it.
  await administer(service.databaseUrl, ended(child.id))
  const parent = await service.client.jobs.wait(id)
  expect([parent.state, parent.output]).toEqual(['succeeded', 'told late'])
})

const ended = (id: string): string => `
update job set state = 'succeeded', finished_at = clock_timestamp(), output = '"told late"',
  wake_at = null, due_at = null, wait_kind = null, current_step = null
where id = '${id}'`

test('a child that runs though its parent is over, or gone, is found', async () => {
  await using database = await createTestDatabase()
  await migrate(database.url)
  const job = (id: string, parent: string | null, state: string): string => `
insert into job (id, tenant, state, journal_rows, started_at, due_at, finished_at, nonce, definition, parent, parent_step)
values ('${id}', 'default', '${state}', 0, now(), ${state === 'running' ? 'now(), null' : 'null, now()'}, gen_random_uuid(), '{"steps":[]}',
  ${parent === null ? 'null' : `'${parent}'`}, ${parent === null ? 'null' : "'j'"})`
  for (const statement of [
    job('over', null, 'succeeded'),
    job('lives', null, 'running'),
    job('of-over', 'over', 'running'),
    job('of-gone', 'gone', 'running'),
    job('of-lives', 'lives', 'running'),
  ]) {
    await administer(database.url, statement)
  }
  const connections = openDatabase({ connectionString: database.url })
  const found = new Set<string>()
  const { promise: twice, resolve } = Promise.withResolvers<void>()
  let looks = 0
  const teller = new Teller({
    database: connections,
    telemetry: new Telemetry(),
    onTold: () => undefined,
    onOrphan: async ({ id, parent }) => {
      found.add(`${id} ${parent}`)
      if (++looks === 4) resolve()
    },
    orphansMs: 20,
  })
  await twice
  await teller.stop()
  await connections.close()
  expect([...found].sort()).toEqual(['of-gone gone', 'of-over over'])
})

test('such a child is looked for every half a minute', async () => {
  await using database = await createTestDatabase()
  await using stack = new AsyncDisposableStack()
  const connections = openDatabase({ connectionString: database.url })
  stack.defer(() => connections.close())
  await administer(
    database.url,
    `insert into job (id, tenant, state, journal_rows, started_at, due_at, nonce, definition, parent, parent_step)
     values ('left', 'default', 'running', 0, now(), now(), gen_random_uuid(), '{"steps":[]}', 'gone', 'j')`,
  )
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  stack.defer(() => void vi.useRealTimers())
  const { promise: found, resolve } = Promise.withResolvers<string>()
  const teller = new Teller({
    database: connections,
    telemetry: new Telemetry(),
    onTold: () => undefined,
    onOrphan: async ({ id }) => resolve(id),
  })
  stack.defer(() => teller.stop())
  vi.advanceTimersByTime(30_000)
  expect(await found).toBe('left')
})

test('a child for which there is no room is made once there is, by a parent that gave its slot up for it', async () => {
  const [gate, begun] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const gated = defineBlock({
    action: 'TEST.GATE',
    description: 'Waits for the test.',
    parameters: Type.Object({}),
    returns: Type.Null(),
    run: async () => {
      begun.resolve()
      await gate.promise
      return null
    },
  })
  const telemetry = new Telemetry()
  const released: string[] = []
  telemetry.on('jobReleased', ({ reason }) => released.push(reason))
  await using service = await startConduit({
    telemetry,
    blocks: [gated],
    settings: { CONCURRENCY: '1', MAX_QUEUED: '1' },
  })
  const { steps, output } = parentOf({ steps: [{ action: 'FLOW.SLEEP', parameters: { for: 0 } }], output: 'made' })
  const { id } = (await service.request('POST', '/v1/jobs', { steps: [{ action: 'TEST.GATE' }, ...steps], output }))
    .body
  await begun.promise
  const filler = { id: 'filler', steps: [{ action: 'TEST.GATE' }] }
  expect((await service.request('POST', '/v1/jobs', filler)).status).toBe(202)
  expect((await service.request('POST', '/v1/jobs', { steps: [{ action: 'TEST.GATE' }] })).status).toBe(503)
  gate.resolve()
  const parent = await service.client.jobs.wait(id)
  expect([parent.state, parent.output]).toEqual(['succeeded', 'made'])
  expect(released).toContain('crowded')
  expect((await service.request('GET', `/v1/jobs?parent=${id}`)).body.data).toHaveLength(1)
})

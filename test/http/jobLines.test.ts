import { randomUUID } from 'node:crypto'
import { connect } from 'node:net'
import pg from 'pg'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { startConduit, type TestConduit } from '../support/conduit.ts'
import { PATIENCE_MS } from '../support/patience.ts'

// What the log tells of a job: its end once, in the line of the request that made it where that answers with it.

type Line = { readonly level: number; readonly msg: string; readonly job?: string; readonly state?: string }
const lines: Line[] = []
const log = pino({ level: 'info' }, { write: (line) => void lines.push(JSON.parse(line)) })

let service: TestConduit
beforeAll(async () => {
  service = await startConduit({ log, settings: { PORT: '0' } })
})
afterAll(() => service[Symbol.asyncDispose]())

const pure = { steps: [{ action: 'TEXT.UPPERCASE', parameters: { text: 'a' } }] }
const waiting = { steps: [{ action: 'FLOW.SIGNAL', parameters: { name: 'go' } }] }

const endsOf = (id: string): Line[] => lines.filter(({ job, state }) => job === id && state === 'succeeded')

async function endOf(id: string): Promise<Line | undefined> {
  await vi.waitFor(() => expect(endsOf(id)).not.toEqual([]), { timeout: PATIENCE_MS })
  return endsOf(id)[0]
}

describe('the end of a job is told once', () => {
  test('by the line of the request that is answered with it', async () => {
    const { id } = await overAtOnce()
    const told = { level: 30, msg: 'request', route: '/v1/jobs', status: 202, tenant: 'default', state: 'succeeded' }
    expect(await endOf(id)).toMatchObject(told)
    expect(endsOf(id)).toHaveLength(1)
  })

  test('not again by that of its repeat', async () => {
    const { id, key } = await overAtOnce()
    const { body } = await service.request('POST', '/v1/jobs', pure, { 'idempotency-key': key })
    expect(body).toMatchObject({ id, state: 'succeeded' })
    expect(endsOf(id)).toHaveLength(1)
  })

  test('by a line of its own where that comes later', async () => {
    await service.request('POST', '/v1/jobs', { ...waiting, id: 'later' })
    await service.request('POST', '/v1/jobs/later/signals/go', { value: 1 })
    expect(await endOf('later')).toMatchObject({ level: 30, msg: 'job', tenant: 'default' })
    expect(endsOf('later')).toHaveLength(1)
  })

  test('by a line of its own for each job of a batch', async () => {
    const jobs = [1, 2, 3].map((n) => ({ ...pure, id: `batch-${n}` }))
    await service.request('POST', '/v1/batches', { jobs })
    for (const { id } of jobs) {
      expect(await endOf(id)).toMatchObject({ msg: 'job' })
      expect(endsOf(id)).toHaveLength(1)
    }
  })

  test('by a line of its own where nobody is there any more to be answered', async () => {
    const port = Number(new URL(await service.conduit.listen()).port)
    await using holder = await lockOfJobs()
    const socket = connect(port, '127.0.0.1')
    const body = JSON.stringify({ ...pure, id: 'unanswered' })
    const head = [
      'POST /v1/jobs HTTP/1.1',
      'host: localhost',
      'content-type: application/json',
      `content-length: ${body.length}`,
    ]
    socket.write(`${head.join('\r\n')}\r\n\r\n${body}`)
    await holder.isWaitedFor()
    socket.destroy()
    await noConnections(service)
    await holder[Symbol.asyncDispose]()
    expect(await endOf('unanswered')).toMatchObject({ level: 30, msg: 'job', tenant: 'default' })
    expect(endsOf('unanswered')).toHaveLength(1)
  })
})

/** A job that was over when it was answered: on a busy machine not every one is. */
function overAtOnce(): Promise<{ id: string; key: string }> {
  return vi.waitFor(
    async () => {
      const key = randomUUID()
      const { body } = await service.request('POST', '/v1/jobs', pure, { 'idempotency-key': key })
      expect(body.state).toBe('succeeded')
      return { id: body.id, key }
    },
    { timeout: PATIENCE_MS },
  )
}

/** Lets no job be written until it is disposed of. */
async function lockOfJobs(): Promise<AsyncDisposable & { isWaitedFor(): Promise<void> }> {
  const client = new pg.Client({ connectionString: service.databaseUrl })
  await client.connect()
  await client.query('begin')
  await client.query('lock table job in exclusive mode')
  let ended: Promise<void> | null = null
  return {
    isWaitedFor: () =>
      vi.waitFor(
        async () => {
          const { rows } = await client.query('select from pg_locks where not granted')
          expect(rows).not.toEqual([])
        },
        { timeout: PATIENCE_MS },
      ),
    [Symbol.asyncDispose]: () => (ended ??= client.end()),
  }
}

/** Until the service has noticed that all its clients are gone. */
function noConnections({ conduit: { http } }: TestConduit): Promise<void> {
  return vi.waitFor(
    async () => {
      const count = await new Promise<number>((resolve, reject) => {
        http.server.getConnections((error, open) => (error === null ? resolve(open) : reject(error)))
      })
      expect(count).toBe(0)
    },
    { timeout: PATIENCE_MS },
  )
}

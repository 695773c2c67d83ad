import { expect, test, vi } from 'vitest'
import { createTestDatabase } from '../support/database.ts'
import { rowsOf } from '../support/databaseServer.ts'
import { type ServiceProcess, startService } from './process.ts'
import { PATIENCE_MS } from './seed.ts'

const JOBS = 400

type Progress = {
  readonly id: string
  readonly done: number
  readonly failed: number
  readonly finished_at: string | null
}

async function send<Answer>({ url }: ServiceProcess, path: string, body?: object): Promise<Answer> {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  const reply = await fetch(url + path, body === undefined ? {} : init)
  expect(reply.status, path).toBeLessThan(300)
  return (await reply.json()) as Answer
}

/**
 * Jobs of which some are done when the one that works on them is killed, and all in the end by another one, which lives
 * until `settled` holds: a job that was running is cancelled by who has it.
 */
async function killedInTheMiddle(
  databaseUrl: string,
  jobs: object,
  operation: object,
  settled: () => Promise<void> = async () => undefined,
): Promise<Progress> {
  const settings = { DATABASE_URL: databaseUrl }
  await using first = await startService(settings)
  await send(first, '/v1/batches', { jobs: Array.from({ length: JOBS }, () => jobs) })
  const { id } = await send<Progress>(first, '/v1/bulk', operation)
  await vi.waitUntil(async () => (await send<Progress>(first, `/v1/bulk/${id}`)).done > 0, {
    timeout: PATIENCE_MS,
    interval: 5,
  })
  await first.end('SIGKILL')
  const [left] = await rowsOf(databaseUrl, `select done, finished_at from bulk where id = '${id}'`)
  expect(left).toMatchObject({ finished_at: null })
  expect(Number(left?.['done'])).toBeLessThan(JOBS)
  // It is taken by others half a minute after the last sign of life: that is not what is waited for here.
  await rowsOf(databaseUrl, `update bulk set taken_until = clock_timestamp() where id = '${id}'`)
  await using second = await startService(settings)
  // Awaited here: the process is gone with this scope.
  const progress = await vi.waitFor(async () => {
    const seen = await send<Progress>(second, `/v1/bulk/${id}`)
    expect(seen.finished_at).not.toBeNull()
    return seen
  }, PATIENCE_MS)
  await settled()
  return progress
}

test(
  'kill -9 in the middle of a re-run of many: it goes on, and no job runs again twice',
  async () => {
    await using database = await createTestDatabase()
    const job = { tags: ['all'], steps: [{ action: 'LOGIC.TRUE' }] }
    const progress = await killedInTheMiddle(database.url, job, { action: 'rerun', filter: { tag: 'all' } })
    expect(progress).toMatchObject({ failed: 0 })
    const [made] = await rowsOf(
      database.url,
      `select count(*)::int as all, count(distinct labels->>'rerun_of')::int as of from job where labels->>'rerun_of' is not null`,
    )
    expect(made).toEqual({ all: JOBS, of: JOBS })
  },
  PATIENCE_MS,
)

test(
  'kill -9 in the middle of a deletion of many: it goes on to the end',
  async () => {
    await using database = await createTestDatabase()
    const job = { tags: ['all'], steps: [{ action: 'LOGIC.TRUE' }] }
    await killedInTheMiddle(database.url, job, { action: 'delete', filter: { tag: 'all' } })
    expect(await rowsOf(database.url, 'select id from job')).toEqual([])
  },
  PATIENCE_MS,
)

test(
  'kill -9 in the middle of a cancel of many: all are cancelled, each told once',
  async () => {
    await using database = await createTestDatabase()
    const job = { tags: ['all'], steps: [{ action: 'FLOW.SLEEP', parameters: { for: '1h' } }] }
    await killedInTheMiddle(database.url, job, { action: 'cancel', filter: { tag: 'all' } }, () =>
      vi.waitFor(async () => {
        const rows = await rowsOf(database.url, 'select state, count(*)::int as jobs from job group by state')
        expect(rows).toEqual([{ state: 'cancelled', jobs: JOBS }])
      }, PATIENCE_MS),
    )
    const audit = await rowsOf(database.url, `select action from audit where action like 'bulk.%'`)
    expect(audit).toEqual([{ action: 'bulk.started' }])
  },
  PATIENCE_MS,
)

import pg from 'pg'
import { expect, test } from 'vitest'
import { createTestDatabase } from '../support/database.ts'
import { startFleet } from './fleet.ts'
import { findings } from './invariants.ts'
import type { ServiceProcess } from './process.ts'
import { amount, Chances, PATIENCE_MS } from './seed.ts'
import { ask, effectsJob, submit, until, untilAllOver } from './workload.ts'

/** What may never be; repeats neither, where no lease can have run out. */
const NOTHING = { lost: 0, runAgain: 0, gaps: 0, wrongKeys: 0, repeated: 0 }
const LEASE_SECONDS = '10'

/** A session of somebody else, with a transaction that is left open. */
async function leaveOpen(url: string, ...statements: string[]): Promise<AsyncDisposable & { readonly pid: number }> {
  const client = new pg.Client({ connectionString: url, application_name: 'somebody' })
  await client.connect()
  await client.query('begin')
  for (const statement of statements) await client.query(statement)
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
  return { pid: rows[0]?.pid ?? 0, [Symbol.asyncDispose]: () => client.end() }
}

test(
  'a locked row stops its own job alone: all others go on and end while it is locked, and a line names job and session',
  async () => {
    await using database = await createTestDatabase()
    await using fleet = await startFleet({ replicas: 1, settings: { DATABASE_URL: database.url, LEASE_SECONDS } })
    const chances = new Chances()
    const ids = Array.from({ length: 20 }, (_, i) => `job-${i}`)
    await Promise.all(ids.map((id) => submit(fleet.replicas, effectsJob(id, 4, 300), chances)))
    {
      await using holder = await leaveOpen(database.url, `select from job where id = 'job-7' for update`)
      await until(database.url, `select count(*) = 19 as holds from job where finished_at is not null`)
      const { lines } = fleet.replicas[0] as ServiceProcess
      const told = lines.filter((line) => line.includes('a session holds the row of a job'))
      expect(told.map((line) => JSON.parse(line))).toMatchObject([{ job: 'job-7', pid: holder.pid }])
    }
    await untilAllOver(database.url)
    expect(await findings(database.url, fleet.log, ids)).toMatchObject(NOTHING)
  },
  PATIENCE_MS,
)

test(
  'under a lock of the whole table connections never pass their number, and afterwards everything goes on',
  async () => {
    await using database = await createTestDatabase()
    const connections = 8
    const settings = { DATABASE_URL: database.url, LEASE_SECONDS: '2', DATABASE_CONNECTIONS: String(connections) }
    await using fleet = await startFleet({ replicas: 2, settings })
    const chances = new Chances()
    const ids = Array.from({ length: 20 }, (_, i) => `job-${i}`)
    await Promise.all(ids.map((id) => submit(fleet.replicas, effectsJob(id, 4, 300), chances)))
    const counts: number[] = []
    {
      await using _holder = await leaveOpen(database.url, 'lock table job')
      const more = ids.map((id) => submit(fleet.replicas, effectsJob(`more-${id}`, 1, 0), chances))
      for (const end = performance.now() + amount(8000, 45_000); performance.now() < end; )
        counts.push(await countConnections(database.url))
      void Promise.allSettled(more)
    }
    await untilAllOver(database.url)
    expect(Math.max(...counts)).toBeLessThanOrEqual(2 * connections)
    expect(await findings(database.url, fleet.log, ids)).toMatchObject({ ...NOTHING, repeated: expect.any(Number) })
  },
  PATIENCE_MS,
)

async function countConnections(url: string): Promise<number> {
  const [row] = await ask<{ count: number }>(
    url,
    `select count(*)::int as count from pg_stat_activity
     where datname = current_database() and application_name like 'conduit%'`,
  )
  return row?.count ?? 0
}

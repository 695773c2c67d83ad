import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { expect, test } from 'vitest'
import { migrate } from '../../src/store/migrate.ts'
import { type Migration, readMigrations } from '../../src/store/migrations/files.ts'
import { statementsOf } from '../../src/store/migrations/statements.ts'
import { makeChange } from '../../src/store/migrations/steps.ts'
import type { Waiting } from '../../src/store/migrations/waiting.ts'
import { driftOf } from '../store/schemaEngine.ts'
import { createEmptyDatabase, createTestDatabase } from '../support/database.ts'
import { administer } from '../support/databaseServer.ts'
import { slowness } from '../support/patience.ts'
import { startService } from './process.ts'
import { PATIENCE_MS } from './seed.ts'
import { ask, send } from './workload.ts'

async function connect(url: string, stack: AsyncDisposableStack): Promise<pg.Client & { readonly pid: number }> {
  const client = new pg.Client({ connectionString: url, application_name: 'somebody' })
  await client.connect()
  stack.defer(() => client.end())
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
  return Object.assign(client, { pid: rows[0]?.pid ?? 0 })
}

test(
  'a change waits for anybody’s open transaction without holding up a fleet at work, says for whom, and is then made',
  async () => {
    await using stack = new AsyncDisposableStack()
    const { url } = stack.use(await createTestDatabase())
    const service = stack.use(await startService({ DATABASE_URL: url, LEASE_SECONDS: '5' }))
    const idle = await connect(url, stack)
    await idle.query('begin')
    await idle.query('select count(*) from job')
    const waits: Waiting[] = []
    const told = Promise.withResolvers<void>()
    const options = {
      client: await connect(url, stack),
      observer: await connect(url, stack),
      onWaiting: (waiting: Waiting) => {
        waits.push(waiting)
        told.resolve()
      },
    }
    const noted = `update _prisma_migrations set logs = 'made'`
    const changing = makeChange('alter table job add column extra int', noted, options)
    stack.defer(() => changing.catch(() => undefined)) // it ends before its connections do, also where a check failed
    stack.defer(async () => void (await idle.query('rollback')))
    const longest = await longestAnswer(service.url, told.promise)
    expect(longest).toBeLessThan(1000 * slowness())
    expect(waits[0]).toMatchObject({ blockers: [{ pid: idle.pid, name: 'somebody', state: 'idle in transaction' }] })
    await idle.query('commit')
    await changing
    expect(await ask(url, 'select count(extra)::int as extra from job')).toEqual([{ extra: 0 }])
    expect(service.lines.filter((line) => line.includes('a request failed'))).toEqual([])
  },
  PATIENCE_MS,
)

/** Posts jobs one after another until something happens; gives how long the slowest answer took, in milliseconds. */
async function longestAnswer(url: string, until: Promise<void>): Promise<number> {
  let stopped = false
  void until.then(() => {
    stopped = true
  })
  let longest = 0
  while (!stopped) {
    const began = performance.now()
    const { status, body } = await send(url, '/v1/jobs', { steps: [{ action: 'LOGIC.TRUE' }] })
    expect({ status, body }).toMatchObject({ status: 202 })
    longest = Math.max(longest, performance.now() - began)
    await sleep(20)
  }
  return longest
}

test('a change that meets a deadlock is tried again', async () => {
  await using stack = new AsyncDisposableStack()
  const { url } = stack.use(await createTestDatabase())
  const options = { client: await connect(url, stack), observer: await connect(url, stack), onWaiting: () => undefined }
  await administer(url, 'create sequence tries')
  const once = `do $$ begin if nextval('tries') = 1 then raise exception 'deadlock' using errcode = '40P01'; end if; end $$`
  await makeChange(once, 'select', options)
  expect(await ask(url, 'select last_value::int as tries from tries')).toEqual([{ tries: 2 }])
})

/** A database as the first version made it, with so many statements of the second migration made. */
async function oldDatabase(url: string, made: number): Promise<void> {
  const [first, second] = (await readMigrations()) as [Migration, Migration]
  const note = ({ name, checksum }: Migration, finished: string, steps: number): string =>
    `insert into _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
     values (gen_random_uuid()::text, '${checksum}', '${name}', ${finished}, ${steps})`
  await administer(
    url,
    `create table _prisma_migrations (
       id varchar(36) primary key not null, checksum varchar(64) not null, finished_at timestamptz,
       migration_name varchar(255) not null, logs text, rolled_back_at timestamptz,
       started_at timestamptz not null default now(), applied_steps_count integer not null default 0)`,
    first.sql,
    note(first, 'now()', 1),
    ...statementsOf(second.sql).slice(0, made),
    ...(made > 0 ? [note(second, 'null', made)] : []),
  )
}

test.each([0, 1])('an old database with %i changes half made is brought up to date beside others', async (made) => {
  await using database = await createEmptyDatabase()
  await oldDatabase(database.url, made)
  const applied = await migrate(database.url)
  expect(applied.length).toBe((await readMigrations()).length - 1)
  expect(await driftOf(database.url)).toBe('-- This is an empty migration.')
  expect(await migrate(database.url)).toEqual([])
  expect(
    await ask(database.url, `select count(*)::int as open from _prisma_migrations where finished_at is null`),
  ).toEqual([{ open: 0 }])
})

test('a start that waits for the lock of migrations says so after 3 s, with the session that has it', async () => {
  await using stack = new AsyncDisposableStack()
  const { url } = stack.use(await createEmptyDatabase())
  const holder = await connect(url, stack)
  await holder.query('select pg_advisory_lock(7263598147013)')
  const told = Promise.withResolvers<Waiting>()
  const migrating = migrate(url, { onWaiting: told.resolve })
  const silence = sleep(PATIENCE_MS / 3, 'nothing was told', { ref: false })
  expect(await Promise.race([told.promise, silence])).toMatchObject({ seconds: 3, blockers: [{ pid: holder.pid }] })
  await holder.query('select pg_advisory_unlock(7263598147013)')
  expect((await migrating).length).toBeGreaterThan(0)
})

test('statements end where SQL says: not in texts, names, bodies and comments', () => {
  const sql = `select ';'; -- no; end\ncreate function f() returns int as $x$ begin; end $x$ /* ; */; alter table "a;b" add c int`
  expect(statementsOf(sql)).toEqual([
    `select ';'`,
    'create function f() returns int as $x$ begin; end $x$',
    'alter table "a;b" add c int',
  ])
})

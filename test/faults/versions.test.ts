import { execFile } from 'node:child_process'
import { mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { expect, test, vi } from 'vitest'
import { startReceiver } from '../outbound/receiver.ts'
import { createTestDatabase } from '../support/database.ts'
import { describeFindings as tell, findings } from './invariants.ts'
import { type ServiceProcess, startService } from './process.ts'
import { amount, Chances, PATIENCE_MS } from './seed.ts'
import { ask, effectsJob, send, submit, untilAllOver } from './workload.ts'

// A deploy: replicas of the version before and of this one work on one database, and die in the middle of it.

/** The last commit whose jobs stand in the form before. */
const BEFORE = '218d103'
const ROOT = join(import.meta.dirname, '../..')
const run = promisify(execFile)
const git = (...args: string[]) => run('git', ['-C', ROOT, ...args])

const isThere = await git('cat-file', '-e', `${BEFORE}^{commit}`).then(
  () => true,
  () => false,
)
if (!isThere) process.stdout.write(`two versions side by side: skipped, the history has no ${BEFORE}\n`)

/**
 * The version before as files of its own; gives the file that starts it, from the repository's root. It runs with our
 * packages; env-schema, which it reads its settings with, is one of them for it alone.
 */
async function checkOut(stack: AsyncDisposableStack): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'conduit-before-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const tree = join(folder, 'conduit')
  await git('worktree', 'add', '--detach', tree, BEFORE)
  stack.defer(async () => void (await git('worktree', 'remove', '--force', tree)))
  await symlink(join(ROOT, 'node_modules'), join(tree, 'node_modules'))
  return relative(ROOT, join(tree, 'bin/start.js'))
}

test.skipIf(!isThere)(
  'replicas of both versions share their jobs, through kills and cancels: nothing is lost, nothing recorded runs again',
  async () => {
    await using stack = new AsyncDisposableStack()
    const database = stack.use(await createTestDatabase())
    const entry = await checkOut(stack)
    const folder = await mkdtemp(join(tmpdir(), 'conduit-versions-'))
    stack.defer(() => rm(folder, { recursive: true, force: true }))
    const log = join(folder, 'marks')
    const settings = {
      DATABASE_URL: database.url,
      BLOCKS: join(import.meta.dirname, 'blocks.ts'),
      FAULT_LOG: log,
      CONCURRENCY: '8',
      LEASE_SECONDS: '2',
    }
    const start = async (version: 'old' | 'new'): Promise<ServiceProcess> =>
      stack.use(await startService(settings, version === 'old' ? { entry } : {}))

    const chances = new Chances()
    const ids: string[] = []
    const post = (replicas: readonly ServiceProcess[], count: number): Promise<unknown> =>
      Promise.all(
        Array.from({ length: count }, () => {
          const id = `job-${ids.push('') - 1}`
          ids[ids.length - 1] = id
          return submit(replicas, effectsJob(id, 3, chances.between(50, 400)), chances)
        }),
      )

    const [first, second] = [await start('old'), await start('old')]
    await post([first, second], amount(30, 200))
    const fresh = await start('new')
    await post([first, second, fresh], amount(40, 300))
    const cancelled = ids.filter((_, i) => i % 10 === 9)
    await Promise.all(cancelled.map((id) => send(chances.pick([first, fresh]).url, `/v1/jobs/${id}/cancel`, {})))
    await sleep(chances.between(100, 500))
    await first.end('SIGKILL')
    await sleep(chances.between(100, 500))
    await fresh.end('SIGKILL')
    const again = await start('new')
    await post([second, again], amount(20, 100))
    await second.end('SIGTERM')
    await untilAllOver(database.url)

    const whole = ids.filter((id) => !cancelled.includes(id))
    const found = await findings(database.url, log, ids)
    const forms = await ask<{ old: number; adopted: number; fresh: number }>(database.url, FORMS)
    process.stdout.write(`two versions (seed ${chances.seed}): ${tell(JSON.stringify(forms[0]), found)}\n`)
    expect(found).toMatchObject({ jobs: ids.length, lost: 0, runAgain: 0, gaps: 0, wrongKeys: 0 })
    const states = await ask<{ state: string }>(
      database.url,
      `select distinct state from job where id = any(array['${whole.join("','")}'])`,
    )
    expect(states).toEqual([{ state: 'succeeded' }])
    expect(forms[0]?.old).toBeGreaterThan(0)
    expect(forms[0]?.fresh).toBeGreaterThan(0)
    // Old jobs are read as they are, by whoever is there.
    const { body } = await send(again.url, '/v1/jobs/job-0')
    expect([body.output, body.steps.length]).toEqual([[0, 1, 2], 6])
    const events = await send(again.url, '/v1/jobs/job-0/events')
    expect(events.body.data.map(({ seq }: { seq: number }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7])
  },
  PATIENCE_MS,
)

test.skipIf(!isThere)(
  'a message about a job of this version is sent, also where a replica of the version before comes upon it first',
  async () => {
    await using stack = new AsyncDisposableStack()
    const database = stack.use(await createTestDatabase())
    const entry = await checkOut(stack)
    const receiver = stack.use(await startReceiver())
    const settings = { DATABASE_URL: database.url, WEBHOOK_ALLOW_PRIVATE: 'true' }
    const old = stack.use(await startService(settings, { entry }))
    const fresh = stack.use(await startService(settings))
    await send(fresh.url, '/v1/webhooks', { url: receiver.url, events: ['step.updated', 'job.finished'] })
    const jobs = Array.from({ length: amount(40, 300) }, (_, i) => `told-${i}`)
    const steps = [{ action: 'LOGIC.TRUE' }, { action: 'LOGIC.TRUE' }]
    for (const [i, id] of jobs.entries()) await send(i % 4 === 3 ? old.url : fresh.url, '/v1/jobs', { id, steps })
    const told = (): Set<string> => new Set(receiver.visits.map(({ headers }) => String(headers['webhook-id'])))
    const wanted = jobs.length * 3
    await vi.waitFor(() => expect(told().size).toBe(wanted), { timeout: PATIENCE_MS / 2, interval: 200 })
    const states = await ask<{ state: string }>(database.url, 'select distinct state from message')
    process.stdout.write(`two versions: ${wanted} messages, ${receiver.visits.length} requests, 0 lost\n`)
    expect(states).toEqual([{ state: 'delivered' }])
  },
  PATIENCE_MS,
)

test.skipIf(!isThere)(
  'jobs by name, whose steps stand apart, are left to replicas that can read them, also where one of before cancels them',
  async () => {
    await using stack = new AsyncDisposableStack()
    const database = stack.use(await createTestDatabase())
    const entry = await checkOut(stack)
    const settings = { DATABASE_URL: database.url, LEASE_SECONDS: '2' }
    const old = stack.use(await startService(settings, { entry }))
    const fresh = stack.use(await startService(settings))
    const steps = [
      { action: 'LOGIC.TRUE' },
      { action: 'TIME.SLEEP', parameters: { seconds: 1 } },
      { action: 'LOGIC.TRUE' },
    ]
    const put = await fetch(`${fresh.url}/v1/definitions/both`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ steps, output: 'done' }),
    })
    expect(put.status).toBe(201)
    const ids = Array.from({ length: amount(30, 200) }, (_, i) => `named-${i}`)
    const cancelled = ids.filter((_, i) => i % 5 === 4)
    for (const id of ids) {
      const later = cancelled.includes(id) ? { delay: '1h' } : {}
      await send(fresh.url, '/v1/jobs', { id, definition: 'both', ...later })
    }
    for (const id of cancelled) {
      expect((await send(old.url, `/v1/jobs/${id}/cancel`, {})).status).toBeLessThan(300)
    }
    // Who runs them dies on the way; only one that can read them goes on.
    await fresh.end('SIGKILL')
    const again = stack.use(await startService(settings))
    await untilAllOver(database.url)
    const found = await ask<{ state: string; jobs: number; form: boolean; seqs: number }>(
      database.url,
      `select state, count(*)::int as jobs, bool_and(journal_rows is not null) as form, min(last_seq)::int as seqs
       from job group by 1 order by 1`,
    )
    expect(found).toEqual([
      { state: 'cancelled', jobs: cancelled.length, form: true, seqs: 3 },
      { state: 'succeeded', jobs: ids.length - cancelled.length, form: true, seqs: 3 },
    ])
    const { body } = await send(again.url, '/v1/jobs/named-0')
    expect([body.output, body.steps.length]).toEqual(['done', 3])
    // The version before shows such a job without its steps, and its answer is no error.
    expect((await send(old.url, '/v1/jobs/named-0')).status).toBe(200)
  },
  PATIENCE_MS,
)

/** Jobs of the form before, those that were begun in it and ended in ours, and those that were never in another. */
const FORMS = `
select (count(*) filter (where journal_rows is null))::int as old,
       (count(*) filter (where journal_rows is not null and recorded > 0))::int as adopted,
       (count(*) filter (where journal_rows is not null and recorded = 0))::int as fresh
from job`

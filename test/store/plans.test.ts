import { randomUUIDv7 } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { listEntries } from '../../src/store/access/audit.ts'
import { listKeys } from '../../src/store/access/keys.ts'
import { beginBulk, readBulk } from '../../src/store/bulk/operations.ts'
import { type Database, openDatabase } from '../../src/store/client.ts'
import type { JobFilters } from '../../src/store/jobs/jobList.ts'
import { listVersions } from '../../src/store/definitions/read.ts'
import { countByPrefix, pageStatement } from '../../src/store/jobs/pageStatement.ts'
import { deliveriesOfJob, deliveriesOfWebhook } from '../../src/store/messages/deliveries.ts'
import { findSchedule, listSchedules } from '../../src/store/schedules/read.ts'
import { putSchedule, removeSchedule } from '../../src/store/schedules/write.ts'
import { findSecret, listSecrets, putSecret, removeSecret } from '../../src/store/secrets/secrets.ts'
import { knownStatements } from '../../src/store/statement.ts'
import { addWebhook } from '../../src/store/webhooks/add.ts'
import { changeWebhook } from '../../src/store/webhooks/change.ts'
import { dropCallback, removeWebhook, switchOffWebhook } from '../../src/store/webhooks/drop.ts'
import { noteDelivery } from '../../src/store/webhooks/health.ts'
import { listWebhooks, readWebhook } from '../../src/store/webhooks/read.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { type Indexes, nodesOf, orderOf, type PlanNode, scansOf } from './planScans.ts'

// A statement that is prepared while the tables are empty keeps its plan for the life of the connection: a plan that
// reads a whole table then does so with a million rows in it. So each is explained as it would be kept.

const STORE = join(import.meta.dirname, '../../src/store')
const modules = readdirSync(STORE, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !path.startsWith('generated'))
  .map((path) => join(STORE, path))
await Promise.all(modules.map((path) => import(path)))

/** What may be read whole, and why. */
const ALLOWED: Readonly<Record<string, string>> = {
  'key-any: api_key_tenant': 'its first entry is all that is looked at',
  'key-tenants: api_key_tenant': 'its first entries are all that is looked at',
  'key-list: api_key_list': 'backwards, a page; there are never many keys',
  'key-list of a tenant: api_key_list': "the same: a tenant's own are picked from it",
  'claim: job_due': 'a loose scan: each look-up takes one entry, and there is one a tenant',
  'queue-shares: job_due': 'a loose scan, as of the claim',
  'queued: job_due': 'counts what waits, no further than the bound that is given',
  'fleet-state: job_due': 'counts what waits, up to a bound, each 15 s at most',
  'fleet-state: message_ready': 'the same for messages',
  'fleet-state: message_waiting': 'the same for messages',
  'fleet-state: job_ended': 'its first entry is all that is looked at',
  'fleet-state: schedule_due': 'its first entry is all that is looked at',
  'fleet-state: replica_pkey': 'has one row a process',
  'adopt: job_queue': 'the queue of the version before: empty where none of it runs',
  'adopt: replica_pkey': 'has one row a process',
  'rescue-old: job_owned': 'holds only what replicas of the version before have in hand',
  'rescue-old: replica_pkey': 'has one row a process',
  'jobs-held-back: job_held_back': 'holds only what waits for the job before it',
  'waiting: job_waiting': 'counts what waits, and nothing else is in it',
  'bulk-take: bulk_open': 'holds only what is not over',
  'stats-replicas: replica_pkey': 'has one row a process',
  'rescue: replica_pkey': 'has one row a process',
  'rescue-messages: message_sending': 'holds only what replicas send, at most some hundreds for each',
  'rescue: job_held': 'holds only what replicas have in hand, at most CONCURRENCY for each',
}

const INDEXES = `
select i.relname as name, array_agg(a.attname::text order by a.attnum) as columns
from pg_class i join pg_attribute a on a.attrelid = i.oid
where i.relkind = 'i' and i.relnamespace = 'public'::regnamespace group by i.relname`

let empty: TestDatabase
let database: Database
let client: pg.PoolClient
let indexes: Indexes

beforeAll(async () => {
  empty = await createTestDatabase()
  database = openDatabase({ connectionString: empty.url, max: 1 })
  client = await database.pool.connect()
  await client.query('set plan_cache_mode = force_generic_plan')
  const { rows } = await client.query<{ name: string; columns: string[] }>(INDEXES)
  indexes = new Map(rows.map((row) => [row.name, row.columns]))
})

afterAll(async () => {
  client.release()
  await database.close()
  await empty[Symbol.asyncDispose]()
})

/** The plan that a connection keeps of a statement, and the same as lines to read. */
async function planOf(text: string): Promise<{ root: PlanNode; lines: string[] }> {
  const parameters = Math.max(0, ...[...text.matchAll(/\$(\d+)/g)].map(([, n]) => Number(n)))
  const values = parameters === 0 ? '' : `(${Array.from({ length: parameters }, () => 'null').join(', ')})`
  await client.query(`prepare explained as ${text}`)
  try {
    const json = await client.query(`explain (format json) execute explained${values}`)
    const plan = await client.query(`explain execute explained${values}`)
    const lines = plan.rows.map((row: Record<string, string>) => row['QUERY PLAN'] ?? '')
    const [{ Plan: root }] = JSON.parse(json.rows[0]['QUERY PLAN']) as [{ Plan: PlanNode }]
    return { root, lines }
  } finally {
    await client.query('deallocate explained')
  }
}

async function explain(name: string, text: string): Promise<string[]> {
  const { root, lines } = await planOf(text)
  return scansOf(root, indexes)
    .filter((scan) => ALLOWED[`${name}: ${scan}`] === undefined)
    .map((scan) => `${name} reads the whole of ${scan}\n${lines.join('\n')}`)
}

test('every file of the store was looked at', () => {
  expect(modules.length).toBeGreaterThan(10)
  expect(knownStatements().length).toBeGreaterThan(20)
})

test.each(knownStatements())('$name reads no table and no index as a whole', async ({ name, text }) => {
  expect((await explain(name, text)).join('\n\n')).toBe('')
})

const ACCEPTS = ['accept', 'accept-open', 'accept-open-keyed', 'accept-finished', 'accept-finished-keyed']

// Two statements that take rows of jobs in different orders end in a deadlock: unsorted there were eight of them in six seconds.
test.each([...ACCEPTS, 'record', 'record-waits'])('%s takes rows of jobs in order of their keys', async (name) => {
  const { text = '' } = knownStatements().find((one) => one.name === name) ?? {}
  const { root, lines } = await planOf(text)
  const [write, ...others] = nodesOf(root).filter(
    (node) => node['Node Type'] === 'ModifyTable' && node['Relation Name'] === 'job',
  )
  expect(others).toEqual([])
  expect(orderOf(write), lines.join('\n')).toEqual([expect.stringMatching(/\bid$/), expect.stringMatching(/\btenant$/)])
})

describe('a page of the list reads one index from a place on', () => {
  const moments = { createdAfter: 1, createdBefore: 2 }
  const filters: [string, Partial<JobFilters>][] = [
    ['by nothing', {}],
    ['by two moments', moments],
    ['by a state that few have', { states: ['failed'], ...moments }],
    ['by several of these', { states: ['failed', 'running'], ...moments }],
    ['by a state that most have', { states: ['succeeded'] }],
    ['by states of both kinds', { states: ['succeeded', 'failed'] }],
    ['by a name', { name: 'x', ...moments }],
    ['by a name and a state', { name: 'x', states: ['failed'] }],
    ['by a label', { labels: [['tag:a']], ...moments }],
    ['by any of two definitions, and a state', { definitions: ['a', 'b'], states: ['failed'] }],
    ['by any of two labels', { labels: [['tag:a', 'tag:b']], ...moments }],
    ['by two labels, a name and a state', { labels: [['tag:a'], ['metadata:b=c']], name: 'x', states: ['queued'] }],
    ['by the action that failed', { failedActions: ['A'], ...moments }],
    ['by one of several types of errors, and a key', { failedTypes: ['A', 'B'], createdBy: ['key'] }],
    ['by the moments of their ends', { finishedAfter: 1, finishedBefore: 2 }],
    ['by the beginning of the id', { idPrefix: '0' }],
  ]
  const after = { createdAt: 1, id: 'x' }
  const pages = filters.flatMap(([what, filter]) => [
    { what, filter, after: null, order: 'newest' as const },
    { what: `${what}, after a place`, filter, after, order: 'newest' as const },
    { what: `${what}, the oldest first`, filter, after, order: 'oldest' as const },
  ])

  test.each(pages)('$what', async ({ filter, after, order }) => {
    const query = { tenant: 'default', filters: { labels: [], ...filter }, order, limit: 50, after }
    for (const few of filter.idPrefix === undefined ? [false] : [false, true]) {
      expect((await explain('list', pageStatement(query, few).text)).join('\n\n')).toBe('')
    }
  })

  test('ids that begin alike are counted by the primary key', async () => {
    expect(await explain('prefix', countByPrefix('0').text)).toEqual([])
  })
})

describe('what the models ask reads no table and no index as a whole', () => {
  const moment = new Date()
  const page = { before: 'x', limit: 10 }
  const questions: Readonly<Record<string, (database: Database) => Promise<unknown>>> = {
    'key-list': (database) => listKeys(database, null, 10, { createdAt: 1, id: 'x' }),
    'key-list of a tenant': (database) => listKeys(database, 'a', 10, null),
    'audit-list': (database) => listEntries(database, 'a', {}, 10, { at: moment, id: 'x' }),
    'audit-list of an action': (database) => listEntries(database, 'a', { action: 'key.created' }, 10),
    'audit-list of a subject': (database) => listEntries(database, 'a', { subject: 'x' }, 10),
    'audit-list of both': (database) => listEntries(database, 'a', { action: 'job.cancelled', subject: 'x' }, 10),
    webhook: (database) => readWebhook(database, 'a', 'x'),
    secret: (database) => findSecret(database, 'a', 'x'),
    'secret-page': (database) => listSecrets(database, 'a', 'x', 10),
    'webhook-page': (database) => listWebhooks(database, 'a', 'x', 10),
    'webhook-delivered': (database) => noteDelivery(database, 'a', 'x'),
    'let-go-messages': (database) => changeWebhook(database, { tenant: 'a', id: webhook }, { enabled: true }, 'x'),
    'drop-callback': (database) => dropCallback(database, { tenant: 'a', jobId: 'x', endpoint: 'cb_x' }),
    'deliveries-of-webhook': (database) => deliveriesOfWebhook(database, 'a', webhook, page),
    'definition-versions': (database) => listVersions(database, 'a', 'x', { before: 9, limit: 10 }),
    'find-schedule': (database) => findSchedule(database, 'a', 'x'),
    'list-schedules': (database) => listSchedules(database, 'a', 'x', 10),
    'deliveries-of-job': (database) => deliveriesOfJob(database, 'a', 'x', { ...page, withWebhooks: true }),
    'remove-webhook': async (database) => {
      await addWebhook(database, { ...added, id: 'wh_1', enabled: true }, 10, 'x')
      await removeWebhook(database, { tenant: 'a', id: 'wh_1' }, 'x')
    },
    'switch-off-webhook': async (database) => {
      await addWebhook(database, { ...added, id: 'wh_2', enabled: true }, 10, 'x')
      expect(await switchOffWebhook(database, 'a', 'wh_2', 'gone')).toBe(true)
    },
    'remove-schedule': async (database) => {
      const put = { tenant: 'a', name: 's', content: '{}', createdBy: null, enabled: true, writtenAt: 1, nextRunAt: 2 }
      await putSchedule(database, { ...put, sealed: null, actor: 'x', bound: 10, onlyNew: false })
      expect(await removeSchedule(database, 'a', 's', 'x')).toBe(true)
    },
    'remove-secret': async (database) => {
      const put = { tenant: 'a', name: 's', sealed: 'sealed:s', tags: [], hosts: [], description: null, actor: 'x' }
      await putSecret(database, { ...put, bound: 10 })
      expect(await removeSecret(database, 'a', 's', 'x')).toBe(true)
    },
    'bulk-read': async (database) => {
      const bulk = { tenant: 'a', id: 'bulk_1', createdBy: null, action: 'cancel' as const, filter: '{}', most: 1 }
      await beginBulk(database, { ...bulk, matched: 1 }, 'x', null)
      expect(await readBulk(database, 'a', 'bulk_1')).toMatchObject({ matched: 1, finished_at: null })
    },
  }
  const added = { tenant: 'a', url: 'https://example.com/', events: [], description: null, secret: 's' }
  const webhook = `wh_${randomUUIDv7()}`
  let asking: Database

  beforeAll(async () => {
    asking = openDatabase({ connectionString: empty.url, max: 2 })
    await addWebhook(asking, { ...added, id: webhook, enabled: false }, 10, 'x')
  })

  afterAll(() => asking.close())

  // As they are sent: unnamed, so planned for what is asked.
  test.each(Object.entries(questions))('%s', async (name, ask) => {
    using asked = vi.spyOn(pg.Client.prototype, 'query')
    await ask(asking)
    const sent = asked.mock.calls.flatMap(([query]) => (isAsked(query) ? [query] : []))
    asked.mockRestore()
    expect(sent.length).toBeGreaterThan(0)
    for (const { text, values } of sent) {
      const json = await asking.pool.query(`explain (format json) ${text}`, [...values])
      const [{ Plan: root }] = JSON.parse(json.rows[0]['QUERY PLAN']) as [{ Plan: PlanNode }]
      const scans = scansOf(root, indexes).filter((scan) => ALLOWED[`${name}: ${scan}`] === undefined)
      expect(scans, text).toEqual([])
    }
  })

  type Asked = { readonly text: string; readonly values: readonly unknown[] }

  /** What Prisma puts together names the schema. */
  function isAsked(query: unknown): query is Asked {
    return typeof query === 'object' && query !== null && 'text' in query && /"public"\."/.test(String(query.text))
  }
})

test('no index is of a kind that keeps what was deleted: where new rows take that room, it names every page', async () => {
  const { rows } = await client.query(`select indexname from pg_indexes where indexdef ilike '%using brin%'`)
  expect(rows).toEqual([])
})

import { parseList } from 'structured-headers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { RequestBudget } from '../../src/access/requestBudget.ts'
import { type Database, openDatabase } from '../../src/store/client.ts'
import { setLimits } from '../../src/store/access/limits.ts'
import { Telemetry } from '../../src/telemetry.ts'
import { NO_LIMITS } from '../../src/wire/limits.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { startKeyed } from './keyring.ts'

let created: TestDatabase
let database: Database
beforeAll(async () => {
  created = await createTestDatabase()
  database = openDatabase({ connectionString: created.url, max: 4 })
})
afterAll(async () => {
  await database.close()
  await created[Symbol.asyncDispose]()
})

test('replicas share a bucket: together they let through what it holds and what comes in meanwhile', async () => {
  const budgets = [1, 2].map(() => new RequestBudget(database, new Telemetry()))
  const rate = 40
  const began = performance.now()
  const takes = Array.from({ length: 200 }, (_, i) => budgets[i % 2]?.take('shared', rate))
  const admitted = (await Promise.all(takes)).filter((admission) => admission?.admitted).length
  const seconds = (performance.now() - began) / 1000
  expect(admitted).toBeGreaterThanOrEqual(rate)
  expect(admitted).toBeLessThanOrEqual(rate * (1 + seconds) + 1)
})

test('a bucket that was found empty is not asked again before it can have refilled', async () => {
  let asked = 0
  const counting: Database = { ...database, query: (statement, values) => (asked++, database.query(statement, values)) }
  const budget = new RequestBudget(counting, new Telemetry(), () => 0)
  const admissions = []
  for (let i = 0; i < 50; i++) admissions.push((await budget.take('empty', 1)).admitted)
  expect(admissions.filter(Boolean)).toHaveLength(1)
  expect(asked).toBe(2)
})

test('without the database a replica lets through the same rate by itself', async () => {
  const away: Database = { ...database, query: () => Promise.reject(new Error('away')) }
  let now = 0
  const budget = new RequestBudget(away, new Telemetry(), () => now)
  let admitted = 0
  for (; now < 2000; now += 5) if ((await budget.take('away', 20)).admitted) admitted++
  expect(admitted).toBeGreaterThanOrEqual(38)
  expect(admitted).toBeLessThanOrEqual(42)
})

test('beyond its requests a second a tenant gets 429 with the fields of the draft; others notice nothing', async () => {
  await using service = await startKeyed()
  await setLimits(service.database, 'busy', { ...NO_LIMITS, requests_per_second: 1 }, 'command')
  const busy = await service.key({ tenant: 'busy' })
  const calm = await service.key({ tenant: 'calm' })
  const replies = await Promise.all(Array.from({ length: 10 }, () => busy('GET', '/v1/blocks')))
  const refused = replies.find(({ status }) => status === 429)
  expect(replies.some(({ status }) => status === 200)).toBe(true)
  expect([refused?.body.type, refused?.headers['retry-after']]).toEqual(['/problems/too-many-requests', '1'])
  for (const { headers } of replies) {
    const [policy] = parseList(String(headers['ratelimit-policy']))
    expect(policy).toEqual([
      'requests',
      new Map([
        ['q', 1],
        ['w', 1],
      ]),
    ])
    const [state] = parseList(String(headers['ratelimit']))
    expect(state).toEqual([
      'requests',
      new Map([
        ['r', 0],
        ['t', 1],
      ]),
    ])
  }
  const other = await calm('GET', '/v1/blocks')
  expect([other.status, other.headers['ratelimit']]).toEqual([200, undefined])
})

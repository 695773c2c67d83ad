import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { arrows, PLACES, page } from '../lifecycle/places.ts'

test('the diagram of docs/lifecycle.md has the same arrows and places as its table', () => {
  const diagram = /```text\n([\s\S]*?)```/.exec(page)?.[1] ?? ''
  const words = new Set(diagram.match(/[A-Za-z]+/g))
  expect(words).toEqual(new Set(arrows.flatMap(({ from, by, to }) => [from, by, to])))
})

const NOWHERE: [string, string, object][] = [
  ['over without an end', 'over', { finished_at: null }],
  ['at its end, and in hand', 'over', { holder: 1 }],
  ['at its end, and due', 'over', { due_at: 'now' }],
  ['ended, and running', 'held', { finished_at: 'now', holder: null }],
  ['running without a beginning', 'held', { started_at: null }],
  ['queued, and begun', 'queued', { started_at: 'now' }],
  ['scheduled, and begun', 'scheduled', { started_at: 'now' }],
  ['in nobody’s hands with a step in hand', 'released', { current_step: '1' }],
  ['in a state that there is not', 'held', { state: 'paused' }],
  ['queued and nowhere', 'queued', { due_at: null }],
  ['running and nowhere', 'held', { holder: null }],
  ['in the queue, and in hand', 'held', { due_at: 'now' }],
  ['in the queue, and to be woken', 'released', { wake_at: 'now' }],
  ['waiting, and in hand', 'suspended', { holder: 1 }],
  ['waiting for nothing', 'suspended', { wait_kind: null }],
  ['of both forms', 'held', { owner: 1 }],
]

describe('the table job', () => {
  let database: TestDatabase
  let client: pg.Client
  beforeAll(async () => {
    database = await createTestDatabase()
    client = new pg.Client({ connectionString: database.url })
    await client.connect()
  })
  afterAll(async () => {
    await client.end()
    await database[Symbol.asyncDispose]()
  })

  const insert = (row: object): Promise<unknown> => {
    const all = {
      tenant: 'default',
      definition: '{}',
      nonce: '00000000-0000-0000-0000-000000000000',
      journal_rows: 0,
      ...row,
    }
    const columns = Object.keys(all)
    const values = columns.map((_, i) => `$${i + 1}`)
    return client.query(
      `insert into job (id, ${columns}) values (gen_random_uuid()::text, ${values})`,
      Object.values(all),
    )
  }

  test.each(Object.entries(PLACES))('holds a job that is %s', async (_place, row) => {
    await insert(row)
  })

  test.each(NOWHERE)('refuses a job that is %s', async (_what, place, change) => {
    await expect(insert({ ...PLACES[place], ...change })).rejects.toMatchObject({ code: '23514' })
  })

  test('has all places of the page, and the page all of these', () => {
    const named = [...page.matchAll(/^\| `(\w+)` +\| `(?:scheduled|queued|running|waiting|succeeded)`/gm)].map(
      ([, name]) => name,
    )
    expect(named).toEqual(Object.keys(PLACES))
  })
})

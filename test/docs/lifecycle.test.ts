import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { readPage, ROOT } from './fences.ts'

const page = await readPage('docs/lifecycle.md')
const ARROWS = /^\| `?(\w+)`? +\| `(\w+)` *\| `?(\w+)`? +\|/gm
const arrows = [...page.slice(page.indexOf('Every arrow that there is')).matchAll(ARROWS)].map(
  ([, from = '', by = '', to = '']) => ({ from, by, to }),
)

/** The functions of the store that change a job's row: each is called as its statement does. */
async function writers(): Promise<Set<string>> {
  const names = await Promise.all(['src/store/jobs', 'src/store/waits'].map((folder) => writersIn(join(ROOT, folder))))
  return new Set(names.flat())
}

async function writersIn(folder: string): Promise<string[]> {
  const names = await Promise.all(
    (await readdir(folder)).map(async (file) => {
      const text = await readFile(join(folder, file), 'utf8')
      const changed = [...text.matchAll(/const (\w+) = statement\(\{[\s\S]*?\n\}\)/g)]
        .filter(([statement]) => /\b(insert into|update|delete from) job\b/.test(statement))
        .map(([, name = '']) => name)
      const bodies = text.split(/^export /m)
      return changed.map(
        (name) => bodies.find((body) => body.includes(`(${name}, `))?.match(/function (\w+)/)?.[1] ?? name,
      )
    }),
  )
  return names.flat()
}

test('the arrows of docs/lifecycle.md are the functions of store/jobs that change a job, and no others', async () => {
  expect(new Set(arrows.map(({ by }) => by))).toEqual(await writers())
})

test('the diagram of docs/lifecycle.md has the same arrows and places as its table', () => {
  const diagram = /```text\n([\s\S]*?)```/.exec(page)?.[1] ?? ''
  const words = new Set(diagram.match(/[A-Za-z]+/g))
  expect(words).toEqual(new Set(arrows.flatMap(({ from, by, to }) => [from, by, to])))
})

/** A row of each place, as the page describes them. */
const PLACES: Readonly<Record<string, object>> = {
  scheduled: { state: 'scheduled', wake_at: 'now' },
  queued: { state: 'queued', due_at: 'now' },
  held: { state: 'running', holder: 1, started_at: 'now' },
  suspended: { state: 'waiting', wait_kind: 'sleep', current_step: '1', wake_at: 'now', started_at: 'now' },
  released: { state: 'running', due_at: 'now', started_at: 'now' },
  delayed: { state: 'running', wake_at: 'now', started_at: 'now' },
  ending: { state: 'queued', holder: 1 },
  over: { state: 'succeeded', started_at: 'now', finished_at: 'now' },
}

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

import { readFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { expect, test, vi } from 'vitest'
import { asks, putKeyAt } from '../access/keyring.ts'
import { ROOT } from '../docs/fences.ts'
import { openDatabase } from '../../src/store/client.ts'
import { causeOf, DatabaseUnavailable } from '../../src/store/postgres/failures.ts'
import { startConduit } from '../support/conduit.ts'
import { createTestDatabase } from '../support/database.ts'

const loaded = Promise.withResolvers<void>()
let letCome: Promise<void> = Promise.resolve()

// The client itself, but no sooner than the test lets it come.
vi.mock('../../src/store/modelsClient.ts', async (original) => {
  const { openClient } = await original<typeof import('../../src/store/modelsClient.ts')>()
  return { openClient: (...given: Parameters<typeof openClient>) => letCome.then(() => openClient(...given)) }
})

test("who needs Prisma's client waits for it, and nobody else does", async () => {
  await using database = await createTestDatabase()
  const { text } = await putKeyAt(database.url)
  letCome = loaded.promise
  await using service = await startConduit({ settings: { DATABASE_URL: database.url } })
  using _come = { [Symbol.dispose]: loaded.resolve }
  const ask = asks(service, text, { prefer: 'wait=60' })
  let answered = false
  const keys = ask('GET', '/v1/keys').finally(() => (answered = true))
  expect((await ask('PUT', '/v1/definitions/d', { steps: [] })).status).toBe(201)
  const job = await ask('POST', '/v1/jobs', { definition: 'd' })
  expect(job).toMatchObject({ status: 200, body: { state: 'succeeded' } })
  expect((await ask('GET', `/v1/jobs/${job.body.id}`)).status).toBe(200)
  expect((await ask('GET', `/v1/jobs/${job.body.id}/steps`)).status).toBe(200)
  expect(answered).toBe(false)
  loaded.resolve()
  expect((await keys).body.data).toHaveLength(1)
})

test('what Postgres says through Prisma is told by its own code and words', async () => {
  await using database = await createTestDatabase()
  const opened = openDatabase({ connectionString: database.url })
  await using _closing = { [Symbol.asyncDispose]: () => opened.close() }
  const asked = opened.models(
    'list',
    (client) => client.$executeRaw`do $$ begin raise exception 'no room left' using errcode = '53100'; end $$`,
  )
  const outage = await asked.catch((error: unknown) => error)
  expect(outage).toBeInstanceOf(DatabaseUnavailable)
  expect(causeOf(outage)).toEqual({ code: '53100', message: 'no room left' })
})

/** The files that a file needs before it runs, and those behind them. */
async function neededBy(file: string, seen = new Set<string>()): Promise<Set<string>> {
  if (seen.has(file)) return seen
  seen.add(file)
  const text = await readFile(join(ROOT, file), 'utf8')
  for (const [, type, target = ''] of text.matchAll(/\b(?:import|export)\b( type)?[^'";]*?from '([^']+)'/g)) {
    if (type !== undefined) continue
    if (target.startsWith('.')) await neededBy(relative(ROOT, resolve(ROOT, dirname(file), target)), seen)
    else seen.add(target)
  }
  return seen
}

test('a service starts without it', async () => {
  const needed = [...(await neededBy('src/main.ts'))]
  expect(needed).toContain('src/store/models.ts')
  expect(needed.filter((file) => file.startsWith('src/store/generated') || file.startsWith('@prisma'))).toEqual([])
})

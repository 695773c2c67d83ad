import { expect, test } from 'vitest'
import { Versions } from '../../src/definitions/versions.ts'
import { DefinitionCache } from '../../src/feed/definitions.ts'
import { EventReader } from '../../src/feed/reader.ts'
import { openDatabase } from '../../src/store/client.ts'
import { startConduit } from '../support/conduit.ts'
import { rowsOf } from '../support/databaseServer.ts'

test('who read a job that is gone is not answered with another of its id, though both ask in one moment', async () => {
  await using stack = new AsyncDisposableStack()
  const service = stack.use(await startConduit())
  const database = openDatabase({ connectionString: service.databaseUrl, max: 2 })
  stack.defer(() => database.close())
  const reader = new EventReader(database, new DefinitionCache(new Versions(database)), 'whole')
  stack.defer(() => reader.close())
  const run = async (): Promise<string> => {
    await service.client.jobs.submit({ id: 'twin', steps: [{ action: 'LOGIC.TRUE' }] }, { wait: 10 })
    const [row] = await rowsOf(service.databaseUrl, "select nonce from job where id = 'twin'")
    return String(row?.['nonce'])
  }
  const before = await run()
  await service.client.jobs.delete('twin')
  const now = await run()
  const read = (nonce: string) => reader.read({ tenant: 'default', id: 'twin', nonce, after: 0 })
  const [gone, there] = await Promise.all([read(before), read(now)])
  expect([gone, there?.events.map(({ type }) => type)]).toEqual([null, ['step.updated', 'job.finished']])
})

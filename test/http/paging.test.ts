import { expect, test } from 'vitest'
import { startConduit, type TestConduit } from '../support/conduit.ts'
import { administer } from '../support/databaseServer.ts'

const IDS = ['a', 'b', 'c', 'd', 'e', 'f', 'g']

/** Reads a whole list in pages of two, doing something between them. */
async function readAll(service: TestConduit, query: string, between: () => Promise<unknown>): Promise<string[]> {
  const ids: string[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const at = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const { body } = await service.request('GET', `/v1/jobs?limit=2&${query}${at}`)
    ids.push(...body.data.map(({ id }: { id: string }) => id))
    cursor = body.next_cursor
    await between()
  }
  return ids
}

test.each([
  ['order=-created_at', IDS.toReversed()],
  ['order=created_at', IDS],
  ['tag=x', IDS.toReversed()],
  ['name=same', IDS.toReversed()],
])('jobs of one moment are on some page once each, whatever is posted meanwhile: %s', async (query, expected) => {
  await using service = await startConduit()
  for (const id of IDS) await service.client.jobs.submit({ id, name: 'same', tags: ['x'], steps: [] })
  for (const table of ['job', 'job_label'])
    await administer(service.databaseUrl, `update ${table} set created_at = '2026-01-01T00:00:00.000Z'`)
  let posted = 0
  const post = (): Promise<unknown> =>
    service.client.jobs.submit({ id: `new-${posted++}`, name: 'same', tags: ['x'], steps: [] })
  const read = await readAll(service, query, () => (posted < 3 ? post() : Promise.resolve()))
  expect(read.filter((id) => !id.startsWith('new'))).toEqual(expected)
})

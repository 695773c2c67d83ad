import { expect, test } from 'vitest'
import { createTestDatabase } from '../support/database.ts'
import { startUnderFire } from './process.ts'

/** A list of so many lists of one number: four bytes each as JSON, and some sixty as objects. */
const small = (count: number): number[][] => Array.from({ length: count }, () => [1])

test('a running job holds about the text of its results, not fifteen times that', async () => {
  await using database = await createTestDatabase()
  await using service = await startUnderFire({ DATABASE_URL: database.url })
  const before = await service.heapBytes()
  const copies = Array.from({ length: 14 }, () => ({ action: 'OBJECT.COPY', parameters: { value: '{< list >}' } }))
  const body = JSON.stringify({
    id: 'large',
    local_values: { list: small(230_000) },
    steps: [...copies, { action: 'TIME.SLEEP', parameters: { seconds: 300 } }],
  })
  const url = new URL('/v1/jobs', service.url)
  await fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json', prefer: 'wait=0' } })
  // The step that waits has begun once everything before it is committed.
  for (let begun = false; !begun; ) {
    const job: unknown = await (await fetch(new URL('/v1/jobs/large?steps=false&wait=1', service.url))).json()
    begun = typeof job === 'object' && job !== null && Reflect.get(job, 'current_step') === '15'
  }
  expect((await service.heapBytes()) - before).toBeLessThan(80 * 1024 * 1024)
})

test('variables that change with every step are held once', async () => {
  await using database = await createTestDatabase()
  await using service = await startUnderFire({ DATABASE_URL: database.url })
  const before = await service.heapBytes()
  const set = { action: 'VARIABLE.SET', parameters: { name: 'a', value: '{# a #}{# a #}' } }
  const change = { action: 'VARIABLE.SET', parameters: { name: 'b', value: 1 } }
  const body = JSON.stringify({
    id: 'changing',
    variables: { a: 'x'.repeat(900_000) },
    steps: [set, ...Array.from({ length: 60 }, () => change), { action: 'TIME.SLEEP', parameters: { seconds: 300 } }],
  })
  const url = new URL('/v1/jobs', service.url)
  await fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json', prefer: 'wait=0' } })
  for (let begun = false; !begun; ) {
    const job: unknown = await (await fetch(new URL('/v1/jobs/changing?steps=false&wait=1', service.url))).json()
    begun = typeof job === 'object' && job !== null && Reflect.get(job, 'current_step') === '62'
  }
  expect((await service.heapBytes()) - before).toBeLessThan(40 * 1024 * 1024)
})

test('who waits for the end of a job holds nothing of its definition', async () => {
  await using database = await createTestDatabase()
  await using service = await startUnderFire({ DATABASE_URL: database.url })
  const waiting = 24
  const steps = [{ action: 'FLOW.SIGNAL', parameters: { name: 'go' } }]
  const url = new URL('/v1/jobs', service.url)
  const post = (seconds: number, text: string, signal?: AbortSignal): Promise<unknown> =>
    fetch(url, {
      method: 'POST',
      body: JSON.stringify({ variables: { list: [text] }, steps }),
      headers: { 'content-type': 'application/json', prefer: `wait=${seconds}` },
      ...(signal === undefined ? {} : { signal }),
    })
  await post(0, '')
  const before = await service.heapBytes()
  const gone = new AbortController()
  const answers = Array.from({ length: waiting }, () => post(60, 'x'.repeat(1_000_000), gone.signal))
  for (let count = 0; count <= waiting; ) {
    const page: unknown = await (await fetch(new URL('/v1/jobs?state=waiting&limit=200', service.url))).json()
    count = (page as { data: unknown[] }).data.length
  }
  expect((await service.heapBytes()) - before).toBeLessThan(waiting * 500_000)
  gone.abort()
  await Promise.allSettled(answers)
})

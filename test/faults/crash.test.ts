import { expect, test } from 'vitest'
import type { JobWire } from '../../src/wire/job.ts'
import { createTestDatabase } from '../support/database.ts'
import { startService } from './process.ts'

const JOBS = 30

/** Pure steps, a step with effects, and a variable that grows: what a takeover has to put together again. */
const definition = (id: string): object => ({
  id,
  variables: { log: [] },
  steps: [
    { action: 'LISTS.APPEND', parameters: { list: '{# log #}', item: 1 } },
    { action: 'TIME.SLEEP', parameters: { seconds: 0.05 } },
    { action: 'LISTS.APPEND', parameters: { list: '{# log #}', item: 2 } },
    { action: 'TIME.SLEEP', parameters: { seconds: 0.05 } },
    { action: 'LISTS.APPEND', parameters: { list: '{# log #}', item: 3 } },
  ],
  output: '{# log #}',
})

async function post(url: string, body: object): Promise<number> {
  const headers = { 'content-type': 'application/json' }
  const reply = await fetch(`${url}/v1/jobs`, { method: 'POST', headers, body: JSON.stringify(body) })
  await reply.arrayBuffer()
  return reply.status
}

async function read(url: string, id: string, wait: number): Promise<JobWire> {
  return (await fetch(`${url}/v1/jobs/${id}?wait=${wait}`)).json() as Promise<JobWire>
}

test('no accepted job is lost by kill -9: the next start goes on where each ended, variables included', async () => {
  await using database = await createTestDatabase()
  const settings = { DATABASE_URL: database.url, CONCURRENCY: '8' }
  const ids = Array.from({ length: JOBS }, (_, i) => `job-${i}`)
  {
    await using first = await startService(settings)
    expect(await Promise.all(ids.map((id) => post(first.url, definition(id))))).toEqual(ids.map(() => 202))
    await read(first.url, 'job-5', 20)
    await first.end('SIGKILL')
  }
  await using second = await startService(settings)
  const jobs = await Promise.all(ids.map((id) => read(second.url, id, 60)))
  const lost = jobs.filter(({ state }) => state !== 'succeeded').length
  const wrong = jobs.filter(({ output }) => JSON.stringify(output) !== '[1,2,3]').length
  process.stdout.write(`${JOBS} jobs, 1 kill, ${lost} lost, ${wrong} with wrong variables\n`)
  expect([lost, wrong]).toEqual([0, 0])
})

test('SIGTERM lets nothing be lost: the job is given back, the exit code is 0, the next start ends it', async () => {
  await using database = await createTestDatabase()
  const settings = { DATABASE_URL: database.url, SHUTDOWN_SECONDS: '0.2' }
  const long = { id: 'long', steps: [{ action: 'LOGIC.TRUE' }, { action: 'TIME.SLEEP', parameters: { seconds: 1 } }] }
  {
    await using first = await startService(settings)
    expect(await post(first.url, long)).toBe(202)
    expect(await first.end('SIGTERM')).toBe(0)
  }
  await using second = await startService(settings)
  const job = await read(second.url, 'long', 20)
  expect([job.state, job.steps?.map(({ status }) => status.name)]).toEqual(['succeeded', ['DONE', 'DONE']])
})

test('a start that can’t be says why in one line that names the variable', async () => {
  await expect(startService({ PORT: 'abc' })).rejects.toThrow(/^conduit can't start: PORT must be integer\n$/)
  await expect(startService({ HOST: '0.0.0.0' })).rejects.toThrow(/ALLOW_ANONYMOUS=true/)
  await expect(startService({ BLOCKS: 'missing.ts' })).rejects.toThrow(
    /missing\.ts can't be loaded: there is no file \/.*missing\.ts$/m,
  )
})

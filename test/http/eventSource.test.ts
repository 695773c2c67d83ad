import { once } from 'node:events'
import { EventSource } from 'eventsource'
import { expect, test } from 'vitest'
import { startConduit } from '../support/conduit.ts'

const steps = [
  { action: 'LOGIC.TRUE' },
  { action: 'TIME.SLEEP', parameters: { seconds: 0.2 } },
  { action: 'LOGIC.TRUE' },
]

test('an EventSource gets every event once, comes again after the end, and stops for good', async () => {
  await using service = await startConduit({ settings: { PORT: '0' } })
  const url = await service.conduit.listen()
  await service.client.jobs.submit({ id: 'watched', steps })
  const source = new EventSource(`${url}/v1/jobs/watched/events`)
  const ids: string[] = []
  for (const type of ['step.updated', 'job.finished'])
    source.addEventListener(type, ({ lastEventId }) => ids.push(lastEventId))
  const stopped = new Promise<number | undefined>((resolve) => {
    source.addEventListener('error', ({ code }) => source.readyState === source.CLOSED && resolve(code))
  })
  expect(await stopped).toBe(204)
  expect(ids).toEqual(['1', '2', '3', '4'])
})

test('an EventSource whose stream a drain ended goes on with another replica at the same address', async () => {
  await using runs = await startConduit()
  const settings = { DATABASE_URL: runs.databaseUrl, CONCURRENCY: '0' }
  const first = await startConduit({ settings: { ...settings, PORT: '0' } })
  const url = await first.conduit.listen()
  const long = Array.from({ length: 30 }, () => ({ action: 'TIME.SLEEP', parameters: { seconds: 0.1 } }))
  await runs.client.jobs.submit({ id: 'long', steps: long })
  const source = new EventSource(`${url}/v1/jobs/long/events`)
  const ids: number[] = []
  const seen = (event: MessageEvent): number => ids.push(Number(event.lastEventId))
  source.addEventListener('step.updated', seen)
  const ended = once(source, 'job.finished')
  await once(source, 'step.updated')
  await first.conduit.close()
  await using second = await startConduit({ settings: { ...settings, PORT: new URL(url).port } })
  await second.conduit.listen()
  await ended
  source.close()
  expect(ids).toEqual(Array.from({ length: 30 }, (_, i) => i + 1))
})

import { expect, test, vi } from 'vitest'
import { createTestDatabase } from '../support/database.ts'
import { startService } from './process.ts'
import { PATIENCE_MS } from './seed.ts'
import { ask, send, untilAllOver } from './workload.ts'

test(
  'what a block throws where nobody catches it fails its own step, or is told; process and innocent jobs live',
  async () => {
    await using database = await createTestDatabase()
    const folder = new URL('.', import.meta.url).pathname
    const settings = { BLOCKS: `${folder}escapes.ts,${folder}blocks.ts`, FAULT_LOG: '/dev/null', LEASE_SECONDS: '10' }
    await using service = await startService({ DATABASE_URL: database.url, ...settings })
    const innocent = { steps: [{ action: 'FAULT.EFFECT', parameters: { milliseconds: 1000 } }] }
    const post = (id: string, job: object) => send(service.url, '/v1/jobs', { id, ...job })
    await Promise.all(Array.from({ length: 20 }, (_, i) => post(`innocent-${i}`, innocent)))
    for (const action of ['ESCAPE.PROMISE', 'ESCAPE.TIMER', 'ESCAPE.FORGOTTEN'])
      await post(action, { steps: [{ action }] })
    await untilAllOver(database.url)
    const states = await ask(database.url, `select id, state from job where id like 'ESCAPE%' order by id`)
    expect(states).toEqual([
      { id: 'ESCAPE.FORGOTTEN', state: 'succeeded' },
      { id: 'ESCAPE.PROMISE', state: 'failed' },
      { id: 'ESCAPE.TIMER', state: 'failed' },
    ])
    const step = await send(service.url, '/v1/jobs/ESCAPE.TIMER/steps/1')
    expect(step.body.return_value).toMatchObject({ message: 'a throw in a timer' })
    expect(
      await ask(database.url, `select state, max(takeovers) as most from job where id like 'inn%' group by 1`),
    ).toEqual([{ state: 'succeeded', most: 0 }])
    await vi.waitFor(async () => {
      const metrics = await (await fetch(`${service.url}/metrics`)).text()
      expect(metrics).toContain('conduit_errors_escaped_total 3')
    }, PATIENCE_MS)
    const told = service.lines.filter((line) => line.includes('an error that nobody caught'))
    expect(told.filter((line) => JSON.parse(line).blamed)).toHaveLength(1)
    expect(await service.end('SIGTERM')).toBe(0)
  },
  PATIENCE_MS,
)

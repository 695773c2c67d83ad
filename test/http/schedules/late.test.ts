import { expect, test } from 'vitest'
import { startConduit } from '../../support/conduit.ts'
import { rowsOf } from '../../support/databaseServer.ts'

const lateSeconds = (metrics: string): number => Number(/^conduit_schedules_late_seconds (\S+)$/m.exec(metrics)?.[1])

test('conduit_schedules_late_seconds is for how long the first firing that is due has waited; 0 where none is', async () => {
  await using idle = await startConduit()
  await idle.client.schedules.put('later', { every: '1h', job: { steps: [] } })
  expect(lateSeconds((await idle.request('GET', '/metrics')).body)).toBe(0)
  await using service = await startConduit()
  // Taken by a replica that does nothing with them.
  await rowsOf(
    service.databaseUrl,
    `insert into schedule (tenant, name, content, enabled, next_run_at, taken_until)
     select 'default', 's' || late, '{"every":"1h","job":{"steps":[]}}', true,
            clock_timestamp() - make_interval(secs => late), clock_timestamp() + interval '1 hour'
     from unnest(array[30, 90]) late`,
  )
  const late = lateSeconds((await service.request('GET', '/metrics')).body)
  expect(late).toBeGreaterThanOrEqual(90)
  expect(late).toBeLessThan(600)
})

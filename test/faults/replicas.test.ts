import { setTimeout as sleep } from 'node:timers/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createTestDatabase } from '../support/database.ts'
import { startFleet } from './fleet.ts'
import { findings, describeFindings } from './invariants.ts'
import type { ServiceProcess } from './process.ts'
import { startService } from './process.ts'
import { amount, Chances, PATIENCE_MS } from './seed.ts'
import { ask, effectsJob, send, submit, untilAllOver } from './workload.ts'

const NOTHING = { lost: 0, runAgain: 0, gaps: 0, wrongKeys: 0, repeated: 0 }
const LEASE_SECONDS = '10'

test(
  'SIGTERM in mid-run: the replica ends its steps, gives the rest back, exits 0; nothing is taken over or repeated',
  async () => {
    await using database = await createTestDatabase()
    const settings = { DATABASE_URL: database.url, CONCURRENCY: '16', SHUTDOWN_SECONDS: '30', LEASE_SECONDS }
    await using fleet = await startFleet({ replicas: 2, settings })
    const chances = new Chances()
    const ids = Array.from({ length: amount(100, 1000) }, (_, i) => `job-${i}`)
    const submitting = Promise.all(
      ids.map((id) => submit(fleet.replicas, effectsJob(id, 3, chances.between(1, 300)), chances)),
    )
    const codes: (number | null)[] = []
    for (let n = 0; n < amount(2, 10); n++) {
      await sleep(chances.between(200, 600))
      codes.push(await (fleet.replicas[n % 2] as ServiceProcess).end('SIGTERM'))
      await fleet.replaced(n % 2)
    }
    await submitting
    await untilAllOver(database.url)
    const found = await findings(database.url, fleet.log, ids)
    const takenOver = fleet.replicas.filter(({ lines }) => lines.some((line) => line.includes('taken over'))).length
    process.stdout.write(
      `drains (seed ${chances.seed}): ${describeFindings(`${codes.length} drains, ${takenOver} takeovers`, found)}\n`,
    )
    expect([codes.filter((code) => code !== 0), takenOver]).toEqual([[], 0])
    expect(found).toMatchObject(NOTHING)
  },
  PATIENCE_MS,
)

test(
  'a hundred identical requests with one key, over two replicas at once, make one job',
  async () => {
    await using database = await createTestDatabase()
    await using fleet = await startFleet({ replicas: 2, settings: { DATABASE_URL: database.url, LEASE_SECONDS } })
    const job = { steps: [{ action: 'FAULT.EFFECT' }] }
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, i) =>
        send((fleet.replicas[i % 2] as ServiceProcess).url, '/v1/jobs', job, { 'idempotency-key': 'one' }),
      ),
    )
    const replayed = answers.filter(({ headers }) => headers.get('idempotency-replayed') === 'true').length
    const ids = [...new Set(answers.map(({ body }) => String(body.id)))]
    await untilAllOver(database.url)
    const found = await findings(database.url, fleet.log, ids)
    process.stdout.write(`idempotency: ${describeFindings(`100 identical requests, ${replayed} replayed`, found)}\n`)
    expect([ids.length, replayed, new Set(answers.map(({ status }) => status))]).toEqual([1, 99, new Set([202])])
    expect(found).toMatchObject({ ...NOTHING, jobs: 1 })
  },
  PATIENCE_MS,
)

test(
  'clocks that are off by an hour change nothing: leases, takeovers and times are the database’s',
  async () => {
    await using database = await createTestDatabase()
    const shifted = join(import.meta.dirname, 'shiftedClock.ts')
    const settings = (hours: number) => ({
      DATABASE_URL: database.url,
      BLOCKS: join(import.meta.dirname, 'blocks.ts'),
      FAULT_LOG: '/dev/null',
      FAULT_CLOCK_SHIFT_MS: String(hours * 3_600_000),
    })
    await using early = await startService(settings(-1), { execArgv: ['--import', shifted] })
    await using late = await startService(settings(1), { execArgv: ['--import', shifted] })
    const chances = new Chances()
    const ids = Array.from({ length: 40 }, (_, i) => `job-${i}`)
    await Promise.all(ids.map((id) => submit([early, late], effectsJob(id, 2, 200), chances)))
    for (const { url } of [early, late]) {
      const steps = [{ id: 'now', action: 'TIME.NOW' }]
      const { body: told } = await send(url, '/v1/jobs', { steps, output: '{: now :}' }, { prefer: 'wait=60' })
      expect(Math.abs(Date.parse(told.output) - Date.parse(told.finished_at))).toBeLessThan(MINUTE_MS)
      ids.push(told.id)
    }
    const leases = await ask<{ left: number }>(
      database.url,
      'select extract(epoch from expires_at - clock_timestamp())::float8 as left from replica',
    )
    expect(leases.every(({ left }) => left > -1 && left <= 1)).toBe(true)
    await late.end('SIGKILL')
    await untilAllOver(database.url)
    const [times] = await ask<{ wrong: number; over: number }>(database.url, WRONG_TIMES)
    process.stdout.write(`clocks: ${ids.length} jobs, 2 clocks off by an hour, 1 kill, ${times?.wrong} wrong times\n`)
    expect(times).toEqual({ wrong: 0, over: ids.length })
  },
  PATIENCE_MS,
)

const MINUTE_MS = 60_000

/** A minute is far more than this test takes, and far less than an hour. */
const WRONG_TIMES = `
select count(*) filter (where at not between clock_timestamp() - interval '5 minutes' and clock_timestamp())::int as wrong,
       (select count(*)::int from job where state = 'succeeded') as over
from (select created_at as at from job union all select started_at from job union all select finished_at from job
      union all select started_at from job_step where started_at is not null union all select finished_at from job_step) t`

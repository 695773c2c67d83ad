import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createTestDatabase } from '../support/database.ts'
import { slowness } from '../support/patience.ts'
import { startFleet } from './fleet.ts'
import { findings, describeFindings } from './invariants.ts'
import { type ServiceProcess, startService } from './process.ts'
import { amount, Chances, isLong, PATIENCE_MS } from './seed.ts'
import { ask, effectsJob, read, submit, untilAllOver } from './workload.ts'

const NOTHING = { lost: 0, runAgain: 0, gaps: 0, wrongKeys: 0 }
/** Each of several kills twice before it is a suspect: with 3 a neighbour could be in flight each time, and be blamed too. */
const MAX_TAKEOVERS = isLong ? 5 : 3

test(
  'a job that kills its replica is given up after MAX_TAKEOVERS, and its neighbours end as if nothing were',
  async () => {
    await using database = await createTestDatabase()
    const settings = { DATABASE_URL: database.url, MAX_TAKEOVERS: String(MAX_TAKEOVERS) }
    await using fleet = await startFleet({ replicas: 2, settings })
    const chances = new Chances()
    const innocents = Array.from({ length: amount(20, 60) }, (_, i) => `innocent-${i}`)
    const poisons = Array.from({ length: amount(1, 3) }, (_, i) => `poison-${i}`)
    await Promise.all(innocents.map((id) => submit(fleet.replicas, effectsJob(id, 4, 800), chances)))
    await Promise.all(poisons.map((id) => submit(fleet.replicas, poison(id), chances)))
    await untilAllOver(database.url)
    const found = await findings(database.url, fleet.log, [...innocents, ...poisons])
    process.stdout.write(
      `poison (seed ${chances.seed}): ${describeFindings(`${poisons.length} of them poison, ${fleet.restarts} deaths`, found)}\n`,
    )
    expect(found).toMatchObject(NOTHING)
    for (const id of poisons) {
      const body = await read(fleet.replicas, id, chances)
      const steps = body.steps.map((step: { status: { name: string } }) => step.status.name)
      expect([body.state, body.failed_step, steps]).toEqual([
        'failed',
        '2',
        ['DONE', 'UNHANDLED_EXCEPTION', 'SKIPPED', 'DONE'],
      ])
      expect(body.steps[1].return_value.type).toBe('GivenUp')
    }
    // A lease that a machine was too busy to renew counts like a death, and may be the one too many.
    const [row] = await ask<{ lapses: number }>(database.url, 'select sum(lapses)::int as lapses from replica')
    const lapses = row?.lapses ?? 0
    const harmed = await ask<{ id: string }>(
      database.url,
      `select id from job where id like 'innocent%' and state <> 'succeeded'`,
    )
    expect(lapses > 0 ? [] : harmed).toEqual([])
    // A death that takes two of them along, before they are suspects, counts for both.
    expect(fleet.restarts).toBeLessThanOrEqual(poisons.length * MAX_TAKEOVERS)
    expect(fleet.restarts + lapses).toBeGreaterThanOrEqual(MAX_TAKEOVERS)
  },
  PATIENCE_MS,
)

const poison = (id: string): object => ({
  id,
  steps: [
    { action: 'FAULT.EFFECT' },
    { action: 'FAULT.ABORT' },
    { action: 'FAULT.EFFECT' },
    { action: 'FAULT.EFFECT', forced: true },
  ],
})

test(
  'a block that holds the event loop past the lease loses nothing',
  async () => {
    await using database = await createTestDatabase()
    await using fleet = await startFleet({ replicas: 2, settings: { DATABASE_URL: database.url, LEASE_SECONDS: '2' } })
    const job = {
      id: 'holds',
      steps: [{ action: 'FAULT.HOLD', parameters: { milliseconds: 6000 } }, { action: 'FAULT.EFFECT' }],
    }
    await submit(fleet.replicas, job, new Chances())
    await untilAllOver(database.url)
    const found = await findings(database.url, fleet.log, ['holds'])
    process.stdout.write(`held event loop: ${describeFindings('1 loop held for three leases', found)}\n`)
    expect(found).toMatchObject({ ...NOTHING, repeated: 0 })
  },
  PATIENCE_MS,
)

test(
  'a block that holds the event loop past STEP_TIMEOUT_SECONDS ends the process, which says so and exits 1',
  async () => {
    await using database = await createTestDatabase()
    // A start holds the event loop, too: on a busy machine for longer than a second.
    const STEP_TIMEOUT_SECONDS = String(Math.ceil(slowness()))
    const settings = { DATABASE_URL: database.url, STEP_TIMEOUT_SECONDS, MAX_TAKEOVERS: '1' }
    await using fleet = await startFleet({ replicas: 1, settings })
    const [service] = fleet.replicas as [ServiceProcess]
    const job = { id: 'holds', steps: [{ action: 'FAULT.HOLD', parameters: { milliseconds: 600_000 } }] }
    await submit(fleet.replicas, job, new Chances())
    expect(await service.exited).toBe(1)
    expect(service.lines.some((line) => /"by":"a block","msg":"the event loop was held for longer/.test(line))).toBe(
      true,
    )
    await untilAllOver(database.url)
    const [row] = await ask<{ type: string }>(database.url, `select return_value ->> 'type' as type from job_step`)
    expect(row?.type).toBe('GivenUp')
  },
  PATIENCE_MS,
)

test(
  'a start that holds the event loop past STEP_TIMEOUT_SECONDS is not put down to a block',
  async () => {
    await using database = await createTestDatabase()
    const settings = { DATABASE_URL: database.url, STEP_TIMEOUT_SECONDS: '1' }
    const execArgv = ['--import', join(import.meta.dirname, 'heldStart.ts')]
    await expect(startService(settings, { execArgv })).rejects.toThrow(
      /"by":"the service itself","msg":"the event loop was held for longer than STEP_TIMEOUT_SECONDS/,
    )
  },
  PATIENCE_MS,
)

import { expect, test } from 'vitest'
import { createTestDatabase } from '../support/database.ts'
import { startBreakableServer } from './breakableServer.ts'
import { type Fleet, startFleet } from './fleet.ts'
import { heldJob, openGate, untilHeld } from './gates.ts'
import { findings, describeFindings } from './invariants.ts'
import { amount, Chances, PATIENCE_MS } from './seed.ts'
import { ask, cutConnections, effectsJob, send, submit, untilAllOver } from './workload.ts'

/** An outage that is shorter than a lease ends no run, so nothing is repeated either. */
const NOTHING = { lost: 0, runAgain: 0, gaps: 0, wrongKeys: 0, repeated: 0 }
const LEASE_SECONDS = '10'

/** So many jobs are in a step each time that the database goes, and as many anywhere. */
const JOBS = 12

/** What was under way whenever the database went. */
type Disturbed = { readonly ids: string[]; readonly underWay: number[]; statuses: number[] }

/**
 * Each time: posts jobs, half of which are held in a step, takes the database away once they all are, and lets those steps
 * end then. So there is always something that is to be written while nothing can be.
 */
async function disturb(
  fleet: Fleet,
  databaseUrl: string,
  times: number,
  chances: Chances,
  takeAway: (n: number) => Promise<void>,
): Promise<Disturbed> {
  const disturbed: Disturbed = { ids: [], underWay: [], statuses: [] }
  const submitting: Promise<number[]>[] = []
  const post = (job: { readonly id: string }): void => {
    disturbed.ids.push(job.id)
    submitting.push(submit(fleet.replicas, job, chances))
  }
  for (let n = 0; n < times; n++) {
    const held = Array.from({ length: JOBS }, (_, i) => `held-${n}-${i}`)
    for (const id of held) post(heldJob(id, `gate-${n}`))
    for (let i = 0; i < JOBS; i++) post(effectsJob(`free-${n}-${i}`, 3, chances.between(1, 200)))
    await untilHeld(fleet, held)
    const [row] = await ask<{ jobs: number }>(databaseUrl, UNDER_WAY)
    disturbed.underWay.push(row?.jobs ?? 0)
    await takeAway(n)
    await openGate(fleet, `gate-${n}`)
  }
  disturbed.statuses = (await Promise.all(submitting)).flat()
  await untilAllOver(databaseUrl)
  return disturbed
}

const UNDER_WAY = `select count(*)::int as jobs from job where started_at is not null and finished_at is null`

test(
  'the database is restarted immediately, in mid-run: runs wait and go on, new jobs get 503, nothing is half written',
  async () => {
    await using server = await startBreakableServer()
    await using fleet = await startFleet({ replicas: 2, settings: { DATABASE_URL: server.url, LEASE_SECONDS } })
    const chances = new Chances()
    const restarts = amount(3, 20)
    const { ids, statuses, underWay } = await disturb(fleet, server.url, restarts, chances, async (n) => {
      await server.breakDown()
      const { url } = chances.pick(fleet.replicas)
      const away = await send(url, '/v1/jobs', effectsJob(`away-${n}`, 1, 0)).catch(() => null)
      if (away?.status === 503) expect(Number(away.headers.get('retry-after'))).toBeGreaterThan(0)
    })
    const found = await findings(server.url, fleet.log, ids)
    const refused = statuses.filter((status) => status === 503).length
    process.stdout.write(
      `database (seed ${chances.seed}): ${describeFindings(`${restarts} restarts of the database with ${underWay.join(', ')} jobs under way, ${refused} answers 503`, found)}\n`,
    )
    expect(Math.min(...underWay)).toBeGreaterThanOrEqual(JOBS)
    expect(found).toMatchObject(NOTHING)
  },
  PATIENCE_MS,
)

test(
  'connections to the database are cut: runs go on over new ones',
  async () => {
    await using database = await createTestDatabase()
    const settings = { DATABASE_URL: database.url, LEASE_SECONDS }
    await using fleet = await startFleet({ replicas: 2, settings })
    const chances = new Chances()
    const cuts = amount(5, 50)
    const { ids, underWay } = await disturb(fleet, database.url, cuts, chances, async () => {
      await cutConnections(database.url)
    })
    const found = await findings(database.url, fleet.log, ids)
    process.stdout.write(
      `connections (seed ${chances.seed}): ${describeFindings(`all connections cut ${cuts} times with ${underWay.join(', ')} jobs under way`, found)}\n`,
    )
    expect(Math.min(...underWay)).toBeGreaterThanOrEqual(JOBS)
    expect(found).toMatchObject(NOTHING)
  },
  PATIENCE_MS,
)

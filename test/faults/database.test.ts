import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createTestDatabase } from '../support/database.ts'
import { startBreakableServer } from './breakableServer.ts'
import { type Fleet, startFleet } from './fleet.ts'
import { findings, describeFindings } from './invariants.ts'
import { amount, Chances, PATIENCE_MS } from './seed.ts'
import { ask, effectsJob, send, submit, untilAllOver } from './workload.ts'

/** An outage that is shorter than a lease ends no run, so nothing is repeated either. */
const NOTHING = { lost: 0, runAgain: 0, gaps: 0, wrongKeys: 0, repeated: 0 }
const LEASE_SECONDS = '10'

/** Posts jobs one after another until told to stop; gives their ids and what was answered. */
function keepSubmitting(fleet: Fleet, chances: Chances) {
  const ids: string[] = []
  const statuses: number[] = []
  let stopped = false
  const posting = (async () => {
    while (!stopped) {
      const id = `job-${ids.length}`
      ids.push(id)
      statuses.push(...(await submit(fleet.replicas, effectsJob(id, 3, chances.between(1, 200)), chances)))
      await sleep(5)
    }
  })()
  const stop = async () => {
    stopped = true
    await posting
    return { ids, statuses }
  }
  return { stop }
}

test(
  'the database is restarted immediately, in mid-run: runs wait and go on, new jobs get 503, nothing is half written',
  async () => {
    await using server = await startBreakableServer()
    await using fleet = await startFleet({ replicas: 2, settings: { DATABASE_URL: server.url, LEASE_SECONDS } })
    const chances = new Chances()
    const restarts = amount(3, 20)
    const load = keepSubmitting(fleet, chances)
    for (let n = 0; n < restarts; n++) {
      await sleep(chances.between(500, 1500))
      await server.breakDown()
      const away = await send(chances.pick(fleet.replicas).url, '/v1/jobs', effectsJob(`away-${n}`, 1, 0)).catch(
        () => null,
      )
      if (away?.status === 503) expect(Number(away.headers.get('retry-after'))).toBeGreaterThan(0)
    }
    const { ids, statuses } = await load.stop()
    await untilAllOver(server.url)
    const found = await findings(server.url, fleet.log, ids)
    const refused = statuses.filter((status) => status === 503).length
    process.stdout.write(
      `database (seed ${chances.seed}): ${describeFindings(`${restarts} restarts of the database, ${refused} answers 503`, found)}\n`,
    )
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
    const load = keepSubmitting(fleet, chances)
    for (let n = 0; n < cuts; n++) {
      await sleep(chances.between(50, 600))
      await ask(
        database.url,
        `select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'conduit%' and datname = current_database()`,
      )
    }
    const { ids } = await load.stop()
    await untilAllOver(database.url)
    const found = await findings(database.url, fleet.log, ids)
    process.stdout.write(
      `connections (seed ${chances.seed}): ${describeFindings(`all connections cut ${cuts} times`, found)}\n`,
    )
    expect(found).toMatchObject(NOTHING)
  },
  PATIENCE_MS,
)

import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createTestDatabase } from '../support/database.ts'
import { startFleet } from './fleet.ts'
import { findings, describeFindings } from './invariants.ts'
import { amount, Chances, PATIENCE_MS } from './seed.ts'
import { effectsJob, submit, until, untilAllOver } from './workload.ts'

const NOTHING = { lost: 0, runAgain: 0, gaps: 0, wrongKeys: 0 }

test(
  'a replica that is frozen past its lease writes nothing more, and repeats nothing that it lost',
  async () => {
    await using database = await createTestDatabase()
    await using fleet = await startFleet({ replicas: 3, settings: { DATABASE_URL: database.url, CONCURRENCY: '16' } })
    const chances = new Chances()
    const freezes = amount(3, 25)
    const ids = Array.from({ length: amount(100, 1000) }, (_, i) => `job-${i}`)
    const submitting = Promise.all(
      ids.map((id) => submit(fleet.replicas, effectsJob(id, 4, chances.between(1, 300)), chances)),
    )
    for (let n = 0; n < freezes; n++) {
      await sleep(chances.between(50, 500))
      const frozen = chances.pick(fleet.replicas)
      frozen.signal('SIGSTOP')
      await sleep(2000) // twice the lease
      frozen.signal('SIGCONT')
    }
    await submitting
    await untilAllOver(database.url)
    const found = await findings(database.url, fleet.log, ids)
    process.stdout.write(
      `freezes (seed ${chances.seed}): ${describeFindings(`${freezes} freezes past the lease`, found)}\n`,
    )
    expect(found).toMatchObject(NOTHING)
    expect(fleet.restarts).toBe(0)
  },
  PATIENCE_MS,
)

/** Here the commit before a step with effects is answered, and its block is about to be called. */
const BEFORE_THE_CALL = ['recorded-2', 'jobAccepted-0']

/** A replica that was thawed just now, and has not renewed its lease, accepts jobs for others: none is then lost to it. */
const ALL_ALIVE = `select bool_and(expires_at > clock_timestamp() + interval '500 ms') as holds from replica`

const EFFECT = { action: 'FAULT.EFFECT', parameters: { milliseconds: 50 } }

test(
  'frozen between the commit and the call, a replica does not begin a step that another has run meanwhile',
  async () => {
    await using database = await createTestDatabase()
    await using fleet = await startFleet({
      replicas: 2,
      entry: 'test/faults/faultyService.ts',
      settings: { DATABASE_URL: database.url },
    })
    const chances = new Chances()
    const ids = Array.from({ length: amount(2, 12) }, (_, i) => `SIGSTOP-${BEFORE_THE_CALL[i % 2]}-${i}`)
    for (const id of ids) {
      await until(database.url, ALL_ALIVE)
      const submitting = submit(fleet.replicas, { id, steps: [EFFECT, { action: 'LOGIC.TRUE' }, EFFECT] }, chances)
      await until(database.url, `select count(*) = 1 as holds from job where id = '${id}' and finished_at is not null`)
      for (const replica of fleet.replicas) replica.signal('SIGCONT')
      const knows = (line: string): boolean => line.includes('the lease of a job was lost') && line.includes(id)
      while (!fleet.replicas.some(({ lines }) => lines.some(knows))) await sleep(20)
      await submitting
    }
    const found = await findings(database.url, fleet.log, ids)
    process.stdout.write(`frozen before the call: ${describeFindings(`${ids.length} freezes`, found)}\n`)
    expect(found).toMatchObject(NOTHING)
  },
  PATIENCE_MS,
)

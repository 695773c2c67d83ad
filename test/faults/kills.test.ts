import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createTestDatabase } from '../support/database.ts'
import { startFleet } from './fleet.ts'
import { findings, describeFindings } from './invariants.ts'
import type { ServiceProcess } from './process.ts'
import { amount, Chances, isLong, PATIENCE_MS } from './seed.ts'
import { effectsJob, submit, untilAllOver } from './workload.ts'

const NOTHING = { lost: 0, runAgain: 0, gaps: 0, wrongKeys: 0 }

/** The boundaries of a job with four steps: before and after each is called, committed, and told. */
const BOUNDARIES = ['jobAccepted-0', 'stepBegins-2', 'stepFinished-2', 'recorded-2', 'stepFinished-4', 'jobFinished-0']
const MORE_BOUNDARIES = ['stepFinished-1', 'stepFinished-3', 'recorded-3', 'stepBegins-4', 'recorded-4']

test(
  'kill -9 at every boundary of a step: what was recorded stays, what was in hand runs again',
  async () => {
    await using database = await createTestDatabase()
    await using fleet = await startFleet({
      replicas: 3,
      entry: 'test/faults/faultyService.ts',
      settings: { DATABASE_URL: database.url },
    })
    const chances = new Chances()
    const boundaries = isLong ? [...BOUNDARIES, ...MORE_BOUNDARIES] : BOUNDARIES
    const ids = boundaries.flatMap((at) => Array.from({ length: amount(1, 5) }, (_, i) => `SIGKILL-${at}-${i}`))
    await Promise.all(ids.map((id) => submit(fleet.replicas, effectsJob(id, 2, 0), chances)))
    await untilAllOver(database.url)
    const found = await findings(database.url, fleet.log, ids)
    process.stdout.write(
      `boundaries (seed ${chances.seed}): ${describeFindings(`${ids.length} points to kill at`, found)}\n`,
    )
    expect(found).toMatchObject(NOTHING)
  },
  PATIENCE_MS,
)

test(
  'kill -9 in random places, three replicas: nothing is lost, nothing recorded runs again',
  async () => {
    await using database = await createTestDatabase()
    await using fleet = await startFleet({ replicas: 3, settings: { DATABASE_URL: database.url, CONCURRENCY: '16' } })
    const chances = new Chances()
    const kills = amount(3, 37)
    const ids = Array.from({ length: amount(150, 2000) }, (_, i) => `job-${i}`)
    const submitting = Promise.all(
      ids.map((id) => submit(fleet.replicas, effectsJob(id, 3, chances.between(1, 200)), chances)),
    )
    for (let n = 0; n < kills; n++) {
      await sleep(chances.between(100, 800))
      const victim = chances.between(0, 2)
      await (fleet.replicas[victim] as ServiceProcess).end('SIGKILL')
      await fleet.replaced(victim)
    }
    await submitting
    await untilAllOver(database.url)
    const found = await findings(database.url, fleet.log, ids)
    process.stdout.write(`random (seed ${chances.seed}): ${describeFindings(`${fleet.restarts} kills`, found)}\n`)
    expect(found).toMatchObject(NOTHING)
  },
  PATIENCE_MS,
)

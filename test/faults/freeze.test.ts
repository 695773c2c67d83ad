import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createTestDatabase } from '../support/database.ts'
import { startFleet } from './fleet.ts'
import { findings, tell } from './invariants.ts'
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
    process.stdout.write(`freezes (seed ${chances.seed}): ${tell(`${freezes} freezes past the lease`, found)}\n`)
    expect(found).toMatchObject(NOTHING)
    expect(fleet.restarts).toBe(0)
  },
  PATIENCE_MS,
)

test(
  'frozen between the commit and the call, a replica does not begin a step that another has run meanwhile',
  async () => {
    await using database = await createTestDatabase()
    await using fleet = await startFleet({
      replicas: 2,
      entry: 'test/faults/faultyService.ts',
      settings: { DATABASE_URL: database.url },
    })
    // At `recorded` the commit before a step with effects is answered, and the step is about to be called.
    const ids = Array.from({ length: amount(2, 10) }, (_, i) => `SIGSTOP-recorded-${i % 2 === 0 ? 1 : 3}-${i}`)
    const job = (id: string) => ({
      ...effectsJob(id, 2, 50),
      steps: [{ action: 'FAULT.EFFECT' }, PURE, { action: 'FAULT.EFFECT' }],
    })
    const chances = new Chances()
    for (const id of ids) {
      await submit(fleet.replicas, job(id), chances)
      await until(database.url, `select finished_at is not null as holds from job where id = '${id}'`)
      for (const replica of fleet.replicas) replica.signal('SIGCONT')
      const lost = (): boolean => fleet.replicas.some(({ lines }) => lines.some((line) => line.includes(id)))
      while (!lost()) await sleep(20)
    }
    const found = await findings(database.url, fleet.log, ids)
    process.stdout.write(`frozen before the call: ${tell(`${ids.length} freezes`, found)}\n`)
    expect(found).toMatchObject(NOTHING)
  },
  PATIENCE_MS,
)

const PURE = { action: 'LISTS.APPEND', parameters: { list: '{# log #}', item: 1 } }

import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createTestDatabase } from '../support/database.ts'
import { startBreakableServer } from './breakableServer.ts'
import { type Construct, constructs } from './constructs.ts'
import { type Fleet, startFleet } from './fleet.ts'
import { historyOf, serve } from './history.ts'
import { Chances, inPart, isLong, PATIENCE_MS, share } from './seed.ts'
import { storm } from './storm.ts'
import { submit, untilAllOver } from './workload.ts'

/** The longest construct is over within so many events of its job. */
const EVENTS = 24

/** The places at which a construct's replica is killed: one of those that its job has; by hand all of them. */
function places(chances: Chances): number[] {
  return isLong ? Array.from({ length: EVENTS }, (_, i) => i + 1) : [chances.between(1, EVENTS / 2)]
}

/** Posts the jobs, sends each what it waits for, disturbs meanwhile, and looks at what they came to. */
async function runThrough(
  what: string,
  fleet: Fleet,
  databaseUrl: string,
  jobs: ReadonlyMap<string, Construct>,
  chances: Chances,
  disturb: () => Promise<void> = async () => undefined,
): Promise<void> {
  const served = Promise.all(
    [...jobs].map(async ([id, construct]) => {
      const { steps, on_failure = [] } = construct
      await submit(fleet.replicas, { id, steps, on_failure }, chances)
      await serve(fleet, id, construct, chances)
    }),
  )
  await disturb()
  await served
  await untilAllOver(databaseUrl)
  const { problems, repeated } = await historyOf(fleet, databaseUrl, jobs)
  process.stdout.write(
    `constructs, ${what} (seed ${chances.seed}): ${jobs.size} jobs, ${fleet.restarts} replaced, ${repeated} attempts beyond the first, ` +
      `${problems.length} lost, doubled or run again\n`,
  )
  expect(problems).toEqual([])
}

/** Every construct some times, with steps that take their time. */
function everyConstruct(times: number, chances: Chances): Map<string, Construct> {
  const jobs = new Map<string, Construct>()
  for (let n = 0; n < times; n++) {
    const made = Object.values(constructs(`child-${n}`, chances.between(1, 200)))
    for (const [i, construct] of made.entries()) jobs.set(`job-${n}-${i}`, construct)
  }
  return jobs
}

test(
  'kill -9 at every boundary of each construct: what was recorded stays, each record is there once, children too',
  async () => {
    await using database = await createTestDatabase()
    await using fleet = await startFleet({
      replicas: 3,
      entry: 'test/faults/faultyService.ts',
      settings: { DATABASE_URL: database.url, MAX_TAKEOVERS: '1000' },
    })
    const chances = new Chances()
    const names = Object.keys(constructs(''))
    const points = names.flatMap((name, i) => places(chances).map((at) => ({ name, i, at })))
    const jobs = new Map<string, Construct>()
    for (const { name, i, at } of inPart(points)) {
      const struck = name === 'child that is struck'
      const made = constructs(`SIGKILL-happens-${at}-child`)[name]
      if (made !== undefined) jobs.set(`${struck ? 'whole' : 'SIGKILL'}-happens-${at}-${i}`, made)
    }
    await runThrough('kills', fleet, database.url, jobs, chances)
  },
  // Seventeen replicas are killed and start again: 36 s where nothing else is done.
  4 * PATIENCE_MS,
)

test(
  'kill -9, freezes and drains in every phase of each construct, three replicas: nothing is lost, doubled or run again',
  async () => {
    await using database = await createTestDatabase()
    await using fleet = await startFleet({
      replicas: 3,
      settings: { DATABASE_URL: database.url, SHUTDOWN_SECONDS: '1', MAX_TAKEOVERS: '1000' },
    })
    const chances = new Chances()
    const jobs = everyConstruct(share(1, 20), chances)
    await runThrough('replicas', fleet, database.url, jobs, chances, async () => {
      await storm(fleet, chances, share(3, 60), [100, 500])
    })
  },
  PATIENCE_MS,
)

test(
  'the database is restarted in every phase of each construct: nothing is lost, doubled or run again',
  async () => {
    await using server = await startBreakableServer()
    await using fleet = await startFleet({ replicas: 2, settings: { DATABASE_URL: server.url, LEASE_SECONDS: '10' } })
    const chances = new Chances()
    const jobs = everyConstruct(share(1, 12), chances)
    await runThrough('database', fleet, server.url, jobs, chances, async () => {
      for (let n = 0; n < share(2, 20); n++) {
        await sleep(chances.between(300, 1200))
        await server.breakDown()
      }
    })
  },
  PATIENCE_MS,
)

import { expect, test } from 'vitest'
import { createTestDatabase } from '../support/database.ts'
import { administer } from '../support/databaseServer.ts'
import { startFleet } from './fleet.ts'
import { findings } from './invariants.ts'
import { Chances, PATIENCE_MS } from './seed.ts'
import { ask, effectsJob, submit, until, untilAllOver } from './workload.ts'

/** From now on a database has a clock that can be set: by its search path it is found before the system's. */
async function makeClockSettable(url: string): Promise<void> {
  const name = new URL(url).pathname.slice(1)
  await administer(
    url,
    'create schema shifted',
    `create table shifted.by (by interval not null)`,
    `insert into shifted.by values ('0')`,
    `create function shifted.clock_timestamp() returns timestamptz language sql volatile
     as 'select pg_catalog.clock_timestamp() + by from shifted.by'`,
    `alter database ${name} set search_path = shifted, public, pg_catalog`,
  )
}

test.each(['1 hour 1 minute', '-1 hour'])(
  'a database whose clock jumps by %s ends no run: running time is summed from pieces of a clock that can’t be set',
  async (jump) => {
    await using database = await createTestDatabase()
    await makeClockSettable(database.url)
    const settings = { DATABASE_URL: database.url, LEASE_SECONDS: '5', JOB_TIMEOUT_SECONDS: '60' }
    await using fleet = await startFleet({ replicas: 1, settings })
    const ids = Array.from({ length: 5 }, (_, i) => `job-${i}`)
    await Promise.all(ids.map((id) => submit(fleet.replicas, effectsJob(id, 3, 1500), new Chances())))
    await until(database.url, `select count(*) > 0 as holds from job where last_seq > 1`)
    await ask(database.url, `update shifted.by set by = '${jump}'`)
    await untilAllOver(database.url)
    expect(await ask(database.url, 'select state, count(*)::int from job group by 1')).toEqual([
      { state: 'succeeded', count: 5 },
    ])
    expect(await findings(database.url, fleet.log, ids)).toMatchObject({ lost: 0, runAgain: 0, gaps: 0, wrongKeys: 0 })
  },
  PATIENCE_MS,
)

import { expect, test, vi } from 'vitest'
import { createTestDatabase } from '../support/database.ts'
import { startFleet } from './fleet.ts'
import { findings } from './invariants.ts'
import type { ServiceProcess } from './process.ts'
import { Chances, PATIENCE_MS } from './seed.ts'
import { ask, effectsJob, submit, until, untilAllOver } from './workload.ts'

const NOTHING = { lost: 0, runAgain: 0, gaps: 0, wrongKeys: 0 }

test(
  'a replica whose row is not its own any more stops what it holds and joins anew: nobody undoes another’s work for ever',
  async () => {
    await using database = await createTestDatabase()
    const settings = { DATABASE_URL: database.url, LEASE_SECONDS: '2' }
    await using fleet = await startFleet({ replicas: 1, settings })
    const chances = new Chances()
    const ids = Array.from({ length: 10 }, (_, i) => `job-${i}`)
    await Promise.all(ids.map((id) => submit(fleet.replicas, effectsJob(id, 3, 700), chances)))
    // As after a restore: the same id is another process's by now, which lives.
    await ask(database.url, `update replica set identity = gen_random_uuid(), expires_at = now() + interval '1 hour'`)
    await until(database.url, 'select count(*) = 2 as holds from replica')
    const { lines } = fleet.replicas[0] as ServiceProcess
    await vi.waitFor(
      () => expect(lines.filter((line) => line.includes('the lease of this replica was cleared away'))).toHaveLength(1),
      PATIENCE_MS,
    )
    // The other process is gone: what it had is taken over.
    await ask(database.url, `delete from replica where expires_at > now() + interval '10 minutes'`)
    await untilAllOver(database.url)
    const found = await findings(database.url, fleet.log, ids)
    expect(found).toMatchObject(NOTHING)
    // What was in flight when the row changed hands, once each.
    expect(found.repeated).toBeLessThanOrEqual(ids.length)
  },
  PATIENCE_MS,
)

test(
  'two replicas never share an id, also where the database’s sequences are set back under the first',
  async () => {
    await using database = await createTestDatabase()
    const settings = { DATABASE_URL: database.url, LEASE_SECONDS: '2' }
    await using one = await startFleet({ replicas: 1, settings })
    const chances = new Chances()
    const ids = Array.from({ length: 10 }, (_, i) => `job-${i}`)
    await Promise.all(ids.map((id) => submit(one.replicas, effectsJob(id, 3, 300), chances)))
    await ask(database.url, `select setval(pg_get_serial_sequence('replica', 'id'), 1, false)`)
    await using _other = await startFleet({ replicas: 1, settings: { ...settings, FAULT_LOG: one.log } })
    await until(database.url, 'select count(distinct identity) = 2 and count(distinct id) = 2 as holds from replica')
    await untilAllOver(database.url)
    expect(await findings(database.url, one.log, ids)).toMatchObject({ ...NOTHING, repeated: 0 })
  },
  PATIENCE_MS,
)

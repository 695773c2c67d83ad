import { describe, expect, test } from 'vitest'
import { createConduit } from '../../src/compose/conduit.ts'
import { createTestDatabase } from '../support/database.ts'
import { startFleet } from './fleet.ts'
import { findings } from './invariants.ts'
import { hasPgBouncer, startPgBouncer } from './pgbouncer.ts'
import { Chances, PATIENCE_MS } from './seed.ts'
import { effectsJob, submit, untilAllOver } from './workload.ts'

describe.skipIf(!hasPgBouncer())('behind PgBouncer', () => {
  test(
    'session mode works whole, with its defaults',
    async () => {
      await using database = await createTestDatabase()
      await using pooler = await startPgBouncer(database.url, 'session')
      const settings = { DATABASE_URL: pooler.url, LEASE_SECONDS: '5', DATABASE_CONNECTIONS: '8' }
      await using fleet = await startFleet({ replicas: 2, settings })
      const chances = new Chances()
      const ids = Array.from({ length: 30 }, (_, i) => `job-${i}`)
      await Promise.all(ids.map((id) => submit(fleet.replicas, effectsJob(id, 2, 50), chances)))
      await untilAllOver(database.url)
      const found = await findings(database.url, fleet.log, ids)
      expect(found).toMatchObject({ lost: 0, runAgain: 0, gaps: 0, wrongKeys: 0, repeated: 0 })
      for (const { lines } of fleet.replicas) {
        expect(lines.filter((line) => line.includes('LISTEN does not work'))).toEqual([])
        expect(lines.filter((line) => line.includes('a request failed'))).toEqual([])
      }
    },
    PATIENCE_MS,
  )

  test.each([
    ['transaction', ''],
    ['transaction', 'ignore_startup_parameters = options'],
    ['transaction', 'server_round_robin = 1'],
    ['statement', ''],
  ] as const)('%s mode (%s) is refused at the start in one line that says what to do', async (mode, more) => {
    await using database = await createTestDatabase()
    await using pooler = await startPgBouncer(database.url, mode, more)
    const settings = { DATABASE_URL: pooler.url, DATABASE_DIRECT_URL: database.url, LOG_LEVEL: 'silent' }
    await expect(createConduit({ settings })).rejects.toThrow(/^DATABASE_URL: [^\n]*pooler[^\n]*session mode/)
  })
})

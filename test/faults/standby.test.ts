import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Fleet, startFleet } from './fleet.ts'
import { describeFindings, findings } from './invariants.ts'
import { hasPostgres, promote, startPostgres, startStandby } from './ownPostgres.ts'
import { startService } from './process.ts'
import { startProxy } from './proxy.ts'
import { Chances, PATIENCE_MS } from './seed.ts'
import { ask, effectsJob, send, submit, until, untilAllOver, untilTrue } from './workload.ts'

const NOTHING = { lost: 0, runAgain: 0, gaps: 0, wrongKeys: 0 }
const LEASE_SECONDS = '10'

/** What it does between its gates the standby does not hear of. */
const DEEP = {
  id: 'deep',
  steps: ['before', 'lost', 'after'].flatMap((name) => [
    { action: 'FAULT.EFFECT' },
    { action: 'FAULT.GATE', parameters: { name } },
  ]),
}

const open = (fleet: Fleet, gate: string): Promise<void> => writeFile(join(dirname(fleet.log), gate), '')

/** How many steps of the deep job a server has on record. */
const recorded = (least: number): string =>
  `select coalesce(max(last_seq), 0) >= ${least} as holds from job where id = 'deep'`

/** A connection that was made since the last change of the server's settings. */
const RENEWED = `application_name = 'conduit' and backend_start > pg_conf_load_time()`

const some = (name: string): string[] => Array.from({ length: 20 }, (_, i) => `${name}-${i}`)

/** Lists jobs, so often that no connection is idle for long, until a list shows the deep job over. */
async function untilListedOver(url: string): Promise<void> {
  await untilTrue('a list shows the deep job over', async () => {
    const reply = await send(url, '/v1/jobs?state=succeeded&id_prefix=deep').catch(() => null)
    return reply?.status === 200 && reply.body.data.length === 1
  })
}

describe.skipIf(!hasPostgres())('a standby that becomes the primary', () => {
  test(
    'is named at a start before that, in one line with the remedy; once it is promoted the service starts on it',
    async () => {
      await using primary = await startPostgres()
      {
        await using _migrates = await startService({ DATABASE_URL: primary.url })
      }
      await using standby = await startStandby(primary.url)
      const refused = startService({ DATABASE_URL: standby.url })
      await expect(refused).rejects.toThrow(
        /^conduit can't start: DATABASE_URL: the server is read-only[^\n]*primary[^\n]*\n$/,
      )
      await promote(standby)
      await using service = await startService({ DATABASE_URL: standby.url })
      expect((await send(service.url, '/v1/jobs', { steps: [{ action: 'LOGIC.TRUE' }] })).status).toBe(202)
    },
    PATIENCE_MS,
  )

  test(
    'a standby that lagged: every job that it knows ends, runs that are behind go on from what it has, nothing hangs',
    async () => {
      await using primary = await startPostgres()
      await using replication = await startProxy(primary.url)
      await using standby = await startStandby(replication.url)
      await using name = await startProxy(primary.url)
      await using fleet = await startFleet({ replicas: 2, settings: { DATABASE_URL: name.url, LEASE_SECONDS } })
      const chances = new Chances()
      const known = some('known')
      await submit(fleet.replicas, DEEP, chances)
      await Promise.all(known.map((id) => submit(fleet.replicas, effectsJob(id, 5, chances.between(50, 400)), chances)))
      await until(standby.url, `select count(*) = ${known.length + 1} as holds from job`)
      await until(standby.url, recorded(1))

      replication.silenceAll()
      const unheard = some('unheard')
      await Promise.all(unheard.map((id) => submit(fleet.replicas, effectsJob(id, 2, 50), chances)))
      await open(fleet, 'before')
      await until(primary.url, recorded(3))

      await primary.lose()
      await promote(standby)
      name.repoint(standby.url)
      await open(fleet, 'lost')
      await open(fleet, 'after')
      const later = some('later')
      await Promise.all(later.map((id) => submit(fleet.replicas, effectsJob(id, 2, 50), chances)))
      await untilAllOver(standby.url)

      const found = await findings(standby.url, fleet.log, [...known, 'deep', ...later])
      process.stdout.write(`standby (seed ${chances.seed}): ${describeFindings('1 asynchronous failover', found)}\n`)
      expect(found).toMatchObject(NOTHING)
      const left = await ask<{ id: string }>(standby.url, `select id from job where id like 'unheard%'`)
      expect(left).toEqual([])
      const behind = fleet.replicas.flatMap(({ lines }) =>
        lines.filter((line) => line.includes('lost records of a run')),
      )
      expect(behind.some((line) => line.includes('"deep"'))).toBe(true)
      expect(fleet.restarts).toBe(0)
    },
    PATIENCE_MS,
  )

  test(
    'a standby that is waited for: no accepted job is lost, and no recorded step runs again',
    async () => {
      await using primary = await startPostgres()
      await using standby = await startStandby(primary.url)
      await ask(primary.url, `alter system set synchronous_standby_names = '*'`)
      await ask(primary.url, 'select pg_reload_conf()')
      await until(primary.url, `select sync_state = 'sync' as holds from pg_stat_replication`)
      await using name = await startProxy(primary.url)
      await using fleet = await startFleet({ replicas: 2, settings: { DATABASE_URL: name.url, LEASE_SECONDS } })
      const chances = new Chances()
      const ids = Array.from({ length: 60 }, (_, i) => `job-${i}`)
      const submitting = Promise.all(
        ids.map((id) => submit(fleet.replicas, effectsJob(id, 4, chances.between(1, 300)), chances)),
      )
      await until(primary.url, 'select count(*) > 5 as holds from job where finished_at is not null')
      await primary.lose()
      await promote(standby)
      name.repoint(standby.url)
      await submitting
      await untilAllOver(standby.url)
      const found = await findings(standby.url, fleet.log, ids)
      process.stdout.write(`standby (seed ${chances.seed}): ${describeFindings('1 synchronous failover', found)}\n`)
      expect(found).toMatchObject(NOTHING)
      const behind = fleet.replicas.flatMap(({ lines }) =>
        lines.filter((line) => line.includes('lost records of a run')),
      )
      expect(behind).toEqual([])
    },
    PATIENCE_MS,
  )

  test(
    'an old primary that lives on, read-only: what writes, what only reads, and listeners go to the new one',
    async () => {
      await using primary = await startPostgres()
      await using standby = await startStandby(primary.url)
      await using name = await startProxy(primary.url)
      await using fleet = await startFleet({ replicas: 2, settings: { DATABASE_URL: name.url, LEASE_SECONDS } })
      const chances = new Chances()
      await submit(fleet.replicas, DEEP, chances)
      await until(standby.url, recorded(1))
      const listed = Promise.all(fleet.replicas.map(({ url }) => untilListedOver(url)))
      for (const { url } of fleet.replicas) expect((await send(url, '/v1/jobs?id_prefix=deep')).status).toBe(200)
      await ask(primary.url, 'alter system set default_transaction_read_only = on')
      await ask(primary.url, 'select pg_reload_conf()')
      await promote(standby)
      // Each replica has found out, and the name leads to the old one still.
      await until(primary.url, `select count(*) > 4 as holds from pg_stat_activity where ${RENEWED}`)
      name.repoint(standby.url)
      for (const gate of ['before', 'lost', 'after']) await open(fleet, gate)
      await untilAllOver(standby.url)
      await until(
        standby.url,
        `select count(*) = 2 as holds from pg_stat_activity where application_name = 'conduit listener'`,
      )
      await listed
      for (const { url } of fleet.replicas) expect((await send(url, '/v1/jobs/deep')).body.state).toBe('succeeded')
      expect(await findings(standby.url, fleet.log, ['deep'])).toMatchObject(NOTHING)
    },
    PATIENCE_MS,
  )
})

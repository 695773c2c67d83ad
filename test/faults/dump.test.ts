import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { administer } from '../support/databaseServer.ts'
import { startFleet } from './fleet.ts'
import { findings } from './invariants.ts'
import { hasPostgres, type OwnPostgres, runTool, startPostgres } from './ownPostgres.ts'
import type { ServiceProcess } from './process.ts'
import { Chances, PATIENCE_MS } from './seed.ts'
import { ask, effectsJob, send, submit, until, untilAllOver } from './workload.ts'

const NOTHING = { lost: 0, runAgain: 0, gaps: 0, wrongKeys: 0 }

/** Its first step is on record when it waits at the gate. */
const STEPS = [
  { action: 'FAULT.EFFECT' },
  { action: 'FAULT.GATE', parameters: { name: 'go' } },
  { action: 'FAULT.EFFECT' },
]

const openGate = (log: string): Promise<void> => writeFile(join(dirname(log), 'go'), '')

/** A database on a server that its own tools can reach. */
async function databaseOn({ url }: OwnPostgres, name: string): Promise<string> {
  await administer(url, `create database ${name} template template0`)
  const own = new URL(url)
  own.pathname = `/${name}`
  return own.href
}

describe.skipIf(!hasPostgres())('a dump that is made while the service runs', () => {
  test(
    'restored into an empty database it is one moment of the service, which starts on it and goes on from there',
    async () => {
      await using server = await startPostgres()
      const [first, second] = [await databaseOn(server, 'first'), await databaseOn(server, 'second')]
      const chances = new Chances()
      const done = Array.from({ length: 10 }, (_, i) => `done-${i}`)
      const running = Array.from({ length: 10 }, (_, i) => `running-${i}`)
      await using before = await startFleet({ replicas: 2, settings: { DATABASE_URL: first, LEASE_SECONDS: '5' } })
      await Promise.all(done.map((id) => submit(before.replicas, effectsJob(id, 2, 20), chances)))
      await untilAllOver(first)
      await Promise.all(running.map((id) => submit(before.replicas, { id, steps: STEPS }, chances)))
      await until(
        first,
        `select count(*) = ${running.length} as holds from job where id like 'running%' and last_seq >= 1`,
      )

      // Jobs are accepted and go on all the while.
      const during = Array.from({ length: 100 }, (_, i) => `during-${i}`)
      const submitting = Promise.all(during.map((id) => submit(before.replicas, effectsJob(id, 1, 20), chances)))
      const dump = await runTool('pg_dump', ['--format=custom', '--no-owner', `--dbname=${first}`])
      await submitting
      await openGate(before.log)
      await untilAllOver(first)
      expect(await findings(first, before.log, [...done, ...running, ...during])).toMatchObject(NOTHING)

      await runTool('pg_restore', ['--no-owner', '--exit-on-error', `--dbname=${second}`], dump)
      const settings = { DATABASE_URL: second, LEASE_SECONDS: '5', FAULT_LOG: before.log }
      await using after = await startFleet({ replicas: 1, settings })
      await openGate(after.log)
      await untilAllOver(second)
      const { url } = after.replicas[0] as ServiceProcess
      for (const id of [...done, ...running]) {
        const { body } = await send(url, `/v1/jobs/${id}`)
        expect([id, body.state]).toEqual([id, 'succeeded'])
      }
      const known = (await ask<{ id: string }>(second, 'select id from job')).map(({ id }) => id)
      expect(known).toEqual(expect.arrayContaining([...done, ...running]))
      // Also no step that was on record in the dump, whichever service began it; what runs in both has one key.
      expect(await findings(second, before.log, known)).toMatchObject(NOTHING)
      expect((await send(url, '/v1/jobs', { id: 'new', steps: [{ action: 'LOGIC.TRUE' }] })).status).toBe(202)
    },
    PATIENCE_MS,
  )
})

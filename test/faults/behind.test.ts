import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { createTestDatabase } from '../support/database.ts'
import { startFleet } from './fleet.ts'
import type { ServiceProcess } from './process.ts'
import { Chances, PATIENCE_MS } from './seed.ts'
import { ask, send, submit, until, untilAllOver } from './workload.ts'

/** What an asynchronous failover does: the fence is the same, the journal is gone. */
const LOSE = `
delete from journal where job_id = 'behind';
update job set journal_rows = 0, last_seq = 0 where id = 'behind'`

/** It is in the middle of a step when its records are lost. */
const JOB = {
  id: 'behind',
  variables: { log: [] },
  steps: [
    { action: 'LISTS.APPEND', parameters: { list: '{# log #}', item: 0 } },
    { action: 'FAULT.EFFECT' },
    { action: 'LISTS.APPEND', parameters: { list: '{# log #}', item: 1 } },
    { action: 'FAULT.GATE', parameters: { name: 'lost' } },
  ],
  output: '{# log #}',
}

/** Commits that one second may see while nothing but leases and polls goes on, with room for a busy machine. */
const COMMITS = 400

test(
  'a run of which the database lost records is given up and goes on from what is left; nothing hammers, and it ends',
  async () => {
    await using database = await createTestDatabase()
    await using fleet = await startFleet({
      replicas: 1,
      settings: { DATABASE_URL: database.url, LEASE_SECONDS: '15' },
    })
    const { url, lines } = fleet.replicas[0] as ServiceProcess
    await submit(fleet.replicas, JOB, new Chances())
    await until(database.url, `select last_seq >= 3 as holds from job where id = 'behind'`)
    const before = await commits(database.url)
    await ask(database.url, LOSE)
    await writeFile(join(dirname(fleet.log), 'lost'), '')
    await untilAllOver(database.url)
    const { body } = await send(url, '/v1/jobs/behind')
    expect([body.state, body.output]).toEqual(['succeeded', [0, 1]])
    expect((await commits(database.url)) - before).toBeLessThan(COMMITS)
    expect(lines.filter((line) => line.includes('the database lost records of a run'))).toHaveLength(1)
    const metrics = await (await fetch(`${url}/metrics`)).text()
    expect(metrics).toContain('conduit_runs_behind_total 1')
  },
  PATIENCE_MS,
)

/** What a lost write of the row alone leaves, and what a row of the journal does that nobody knows of. */
const DISAGREE = {
  'a row that knows less than its journal': `
    update job set journal_rows = 1, last_seq = 1 where id = 'behind'`,
  'a journal with a row that its run never wrote': `
    insert into journal (job_id, tenant, number, first_seq, told, entries) values ('behind', 'default', 3, 4, 0, '[]')`,
}

test.for(Object.entries(DISAGREE))(
  '%s: that is told once, the job goes on from its journal, nothing recorded runs again, and it ends',
  { timeout: PATIENCE_MS },
  async ([, damage]) => {
    await using database = await createTestDatabase()
    await using fleet = await startFleet({
      replicas: 1,
      settings: { DATABASE_URL: database.url, LEASE_SECONDS: '15' },
    })
    const { lines } = fleet.replicas[0] as ServiceProcess
    await submit(fleet.replicas, JOB, new Chances())
    await until(database.url, `select last_seq >= 3 as holds from job where id = 'behind'`)
    await ask(database.url, damage)
    await writeFile(join(dirname(fleet.log), 'lost'), '')
    await untilAllOver(database.url)
    const said = (text: string): string[] => lines.filter((line) => line.includes(text))
    expect(said('a job and its journal disagreed')).toHaveLength(1)
    expect(said('the run of a job broke')).toEqual([])
    const steps = await ask(database.url, `select seq, path from job_step where job_id = 'behind' order by seq`)
    expect(steps).toEqual(['1', '2', '3', '4'].map((path, i) => ({ seq: i + 1, path })))
    const begun = (await readFile(fleet.log, 'utf8')).split('\n').filter((line) => line.startsWith('behind 2 '))
    expect(begun).toHaveLength(1)
  },
)

async function commits(databaseUrl: string): Promise<number> {
  await ask(databaseUrl, 'select pg_stat_force_next_flush()')
  const [row] = await ask<{ commits: number }>(
    databaseUrl,
    'select xact_commit::int as commits from pg_stat_database where datname = current_database()',
  )
  return row?.commits ?? 0
}

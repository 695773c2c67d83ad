import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { administer } from '../support/databaseServer.ts'
import { startFleet } from './fleet.ts'
import { findings } from './invariants.ts'
import { hasDisks, hasPostgres, startJournaledPostgres, startPostgres } from './ownPostgres.ts'
import type { ServiceProcess } from './process.ts'
import { Chances, PATIENCE_MS } from './seed.ts'
import { ask, effectsJob, send, submit, untilAllOver } from './workload.ts'

/** Takes all the room that is left: what is rolled back keeps its pages. Nothing here needs a file for a sort. */
async function fill(databaseUrl: string): Promise<void> {
  await ask(databaseUrl, 'create table if not exists filler (text text) with (autovacuum_enabled = off)')
  const rows = 'select repeat(md5(random()::text), 60) from generate_series(1, 40000)'
  await expect(ask(databaseUrl, `insert into filler ${rows}`)).rejects.toMatchObject({ code: '53100' })
}

test.skipIf(!hasPostgres() || !hasDisks())(
  'a full disk is 503 and one line with 53100; when there is room again what was accepted goes on, and nothing is lost',
  async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'conduit-disk-'))
    await using server = await startPostgres({ disk: { folder: folder.path, megabytes: 48 } })
    await administer(
      server.url,
      `create tablespace small location '${folder.path}'`,
      'create database full_disk tablespace small',
    )
    const url = new URL(server.url)
    url.pathname = '/full_disk'
    await using fleet = await startFleet({ replicas: 1, settings: { DATABASE_URL: url.href, LEASE_SECONDS: '10' } })
    const { url: service, lines } = fleet.replicas[0] as ServiceProcess
    const chances = new Chances()
    const ids = Array.from({ length: 20 }, (_, i) => `job-${i}`)
    // Large enough to need more pages than there are.
    const grown = ids.map((id) => ({ ...effectsJob(id, 4, 300), metadata: { note: 'x'.repeat(400) } }))
    await Promise.all(grown.map((job) => submit(fleet.replicas, job, chances)))
    const refused = await vi.waitFor(
      async () => {
        await fill(url.href)
        const reply = await send(service, '/v1/jobs', {
          steps: [{ action: 'LOGIC.TRUE' }],
          output: noise(),
          id: crypto.randomUUID(),
        })
        expect(reply.status).toBe(503)
        return reply
      },
      { timeout: PATIENCE_MS },
    )
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(JSON.stringify(refused.body)).not.toMatch(/disk|space|base\//)
    const told = () => lines.filter((line) => line.includes('"code":"53100"') && line.includes('did not answer'))
    await vi.waitFor(() => expect(told()).toHaveLength(1), { timeout: PATIENCE_MS })
    await administer(url.href, 'drop table filler')
    await untilAllOver(url.href)
    await vi.waitFor(async () => expect((await send(service, '/v1/jobs', { steps: [] })).status).toBe(202), {
      timeout: PATIENCE_MS,
    })
    expect(await findings(url.href, fleet.log, ids)).toMatchObject({ lost: 0, runAgain: 0, gaps: 0, wrongKeys: 0 })
    expect(told().length).toBeLessThanOrEqual(2)
    expect(fleet.restarts).toBe(0)
  },
  PATIENCE_MS,
)

/** Much for the journal, so that it needs pages that there are not. */
const WRITE = `
create table if not exists written (text text);
insert into written select (select string_agg(md5(random()::text || n::text || m::text), ' ') from generate_series(1, 30) m)
from generate_series(1, 6000) n`

test.skipIf(!hasPostgres() || !hasDisks())(
  'a full disk of the database’s journal, by which the server ends over and over: 503, and all goes on when there is room',
  async () => {
    await using server = await startJournaledPostgres(24)
    await using fleet = await startFleet({ replicas: 2, settings: { DATABASE_URL: server.url, LEASE_SECONDS: '10' } })
    const chances = new Chances()
    const ids = Array.from({ length: 20 }, (_, i) => `job-${i}`)
    await Promise.all(ids.map((id) => submit(fleet.replicas, effectsJob(id, 4, 1000), chances)))
    const said = (): string[] => fleet.replicas.flatMap(({ lines }) => lines)
    await vi.waitFor(
      async () => {
        await ask(server.url, WRITE).catch(() => undefined)
        await server.fill()
        const { status, headers } = await send(chances.pick(fleet.replicas).url, '/v1/jobs', { steps: [] })
        expect([status, Number(headers.get('retry-after')) > 0]).toEqual([503, true])
        expect(said().some((line) => /"code":"(53100|57P03)"/.test(line))).toBe(true)
      },
      { timeout: PATIENCE_MS },
    )
    await server.empty()
    await untilAllOver(server.url)
    const nothing = { lost: 0, runAgain: 0, gaps: 0, wrongKeys: 0 }
    expect(await findings(server.url, fleet.log, ids)).toMatchObject(nothing)
    expect(fleet.restarts).toBe(0)
  },
  PATIENCE_MS,
)

/** What does not become small when it is stored. */
const noise = (): string => crypto.getRandomValues(Buffer.alloc(40_000)).toString('base64')

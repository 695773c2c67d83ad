import { expect, test } from 'vitest'
import { setTimeout as sleep } from 'node:timers/promises'
import { createTestDatabase } from '../support/database.ts'
import { slowness } from '../support/patience.ts'
import { startFleet } from './fleet.ts'
import { heldJob, openGate, untilHeld } from './gates.ts'
import { findings, describeFindings } from './invariants.ts'
import type { ServiceProcess } from './process.ts'
import { type Proxy, startProxy } from './proxy.ts'
import { amount, Chances, PATIENCE_MS } from './seed.ts'
import { ask, cutConnections, effectsJob, send, submit, untilAllOver } from './workload.ts'

const NOTHING = { lost: 0, runAgain: 0, gaps: 0, wrongKeys: 0 }

test(
  'lines to the database that fall silent: each is given up, and runs go on over others',
  async () => {
    await using database = await createTestDatabase()
    await using proxy = await startProxy(database.url)
    const settings = { DATABASE_URL: proxy.url, LEASE_SECONDS: '2' }
    await using fleet = await startFleet({ replicas: 2, settings })
    const chances = new Chances()
    const silences = amount(2, 15)
    const ids = Array.from({ length: amount(60, 600) }, (_, i) => `job-${i}`)
    const submitting = Promise.all(
      ids.map((id) => submit(fleet.replicas, effectsJob(id, 3, chances.between(1, 200)), chances)),
    )
    for (let n = 0; n < silences; n++) {
      await sleep(chances.between(100, 500))
      proxy.silence()
      await sleep(1000)
    }
    await submitting
    await untilAllOver(database.url)
    const found = await findings(database.url, fleet.log, ids)
    process.stdout.write(
      `network (seed ${chances.seed}): ${describeFindings(`all lines silent ${silences} times`, found)}\n`,
    )
    expect(found).toMatchObject(NOTHING)
  },
  PATIENCE_MS,
)

test(
  'an outage that is longer than the lease ends no run, where all come back within one: who is back first judges nobody',
  async () => {
    // All are back within one lease: in less of it the slower a machine is to connect.
    const lease = Math.ceil(4 * slowness())
    await using database = await createTestDatabase()
    await using stack = new AsyncDisposableStack()
    const proxies: Proxy[] = []
    for (let n = 0; n < 3; n++) proxies.push(stack.use(await startProxy(database.url)))
    await using fleet = await startFleet({
      replicas: 3,
      settings: { LEASE_SECONDS: String(lease) },
      settingsOf: (n) => ({ DATABASE_URL: proxies[n]?.url ?? '' }),
    })
    const chances = new Chances()
    const outages = amount(1, 10)
    const ids: string[] = []
    for (let n = 0; n < outages; n++) {
      const [early, late] = [held(`early-${n}`), held(`late-${n}`)]
      ids.push(...early, ...late)
      await Promise.all([...early, ...late].map((id) => submit(fleet.replicas, heldJob(id, id.slice(0, -2)), chances)))
      await untilHeld(fleet, [...early, ...late])
      for (const proxy of proxies) proxy.repoint(NOWHERE)
      await cutConnections(database.url)
      await openGate(fleet, `early-${n}`)
      await sleep(lease * 1250)
      for (const proxy of proxies) {
        proxy.repoint(database.url)
        await sleep(1500)
      }
      await openGate(fleet, `late-${n}`)
      await untilAllOver(database.url)
    }
    const found = await findings(database.url, fleet.log, ids)
    process.stdout.write(`outages (seed ${chances.seed}): ${describeFindings(`${outages} beyond the lease`, found)}\n`)
    expect(found).toMatchObject({ ...NOTHING, repeated: 0 })
  },
  PATIENCE_MS,
)

const held = (what: string): string[] => Array.from({ length: 10 }, (_, i) => `${what}-${i}`)

/** Nothing listens there. */
const NOWHERE = 'postgresql://127.0.0.1:1/none'

test(
  'an accept whose answer was lost is 503; the same key finds the job, which is there once, and ends',
  async () => {
    await using database = await createTestDatabase()
    await using proxy = await startProxy(database.url)
    await using fleet = await startFleet({ replicas: 1, settings: { DATABASE_URL: proxy.url, LEASE_SECONDS: '2' } })
    const { url } = fleet.replicas[0] as ServiceProcess
    const job = { steps: [{ action: 'FAULT.EFFECT' }] }
    const key = { 'idempotency-key': 'lost-answer' }
    proxy.loseAnswerTo('insert into idempotency_key')
    const lost = await send(url, '/v1/jobs', job, key)
    expect([lost.status, lost.body.type, lost.headers.has('retry-after')]).toEqual([503, '/problems/unavailable', true])
    const again = await send(url, '/v1/jobs', job, key)
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([202, 'true'])
    await untilAllOver(database.url)
    const rows = await ask<{ id: string; state: string }>(database.url, 'select id, state from job')
    expect(rows).toEqual([{ id: again.body.id, state: 'succeeded' }])
  },
  PATIENCE_MS,
)

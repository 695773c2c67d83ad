import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { threeSteps } from '../definitions.ts'
import { startContender } from '../service/contender.ts'
import { conduit } from '../service/contenders.ts'
import { type BenchServer, openServer } from '../service/postgres.ts'
import { peakMegabytes } from '../service/processes.ts'
import { type Attacker, startAttacker } from './attacker.ts'
import { ATTACKS } from './hostile.ts'
import { type Receiver, startReceiver } from './receiver.ts'
import { type Tenant, tenantOf } from './tenant.ts'

// What does one tenant notice of another that does its worst? `npm run bench:neighbours` answers.

const usage = `npm run bench:neighbours -- [--seconds N] [--only TEXTS] [--together]

  --seconds N   how long each attack lasts (20)
  --only TEXTS  attacks whose names have one of these texts (E1,D2), alone and all at once
  --together    not alone
BENCH_DATABASE_URL: a server, by a user who may create databases; otherwise an embedded one is started, with fsync on.
`
const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '20' },
    only: { type: 'string', default: '' },
    together: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
const seconds = Number(options.seconds)
if (options.help || !(seconds > 0)) {
  process.stderr.write(usage)
  process.exit(options.help ? 0 : 2)
}

/** The other tenant posts a job so often, and `/livez` is asked so often. */
const POST_MS = 50
const LIVEZ_MS = 20

/** An attack has begun after so long. */
const BEGUN_MS = 2000

type Noticed = {
  readonly jobs: number[]
  readonly webhooks: number[]
  readonly livez: number[]
  /** Requests of the other tenant that were no success. */
  refused: number
}

async function noticed(modest: Tenant, receiver: Receiver, signal: AbortSignal): Promise<Noticed> {
  const found: Noticed = { jobs: [], webhooks: [], livez: [], refused: 0 }
  const job = async (): Promise<void> => {
    const began = performance.now()
    try {
      const { id } = (await modest.call('POST', '/v1/jobs', threeSteps, { prefer: 'wait=30' })) as { id: string }
      found.jobs.push(performance.now() - began)
      const came = await Promise.race([receiver.came(id), sleep(30_000, Number.POSITIVE_INFINITY, { ref: false })])
      found.webhooks.push(came - began)
    } catch {
      found.refused++
    }
  }
  const livez = async (): Promise<void> => {
    const began = performance.now()
    const answer = await fetch(new URL('/livez', modest.url)).catch(() => null)
    await answer?.arrayBuffer()
    found.livez.push(performance.now() - began)
    if (answer?.ok !== true) found.refused++
  }
  const every = async (milliseconds: number, call: () => Promise<void>): Promise<void> => {
    const calls: Promise<void>[] = []
    while (!signal.aborted) {
      calls.push(call())
      await sleep(milliseconds)
    }
    await Promise.all(calls)
  }
  await Promise.all([every(POST_MS, job), every(LIVEZ_MS, livez)])
  return found
}

function quantile(values: readonly number[], q: number): string {
  const sorted = values.toSorted((a, b) => a - b)
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))]
  return value === undefined ? '' : value.toFixed(0)
}

async function keyFor(operator: Tenant | null, url: string, tenant: string, receiver: string): Promise<Tenant> {
  const scopes = ['jobs:read', 'jobs:write', 'webhooks']
  const wanted = { tenant, name: tenant, scopes: operator === null ? ['admin', 'metrics'] : scopes }
  const made = (await (operator ?? tenantOf(url, '', receiver)).call('POST', '/v1/keys', wanted)) as { secret: string }
  return tenantOf(url, made.secret, receiver)
}

/** One line of the table: what the other tenant noticed of some attacks at once. */
async function measure(name: string, attacks: readonly string[], server: BenchServer): Promise<string> {
  const database = await server.database('conduit_neighbours')
  await using receiver = await startReceiver()
  const settings = {
    DATABASE_URL: database,
    BLOCKS: join(import.meta.dirname, 'blocks.ts'),
    WEBHOOK_ALLOW_PRIVATE: 'true',
    MAX_QUEUED: '1000',
  }
  await using service = await startContender(conduit, settings)
  const operator = await keyFor(null, service.url, 'default', receiver.url)
  const hostile = await keyFor(operator, service.url, 'hostile', receiver.url)
  const modest = await keyFor(operator, service.url, 'modest', receiver.url)
  await modest.call('POST', '/v1/webhooks', { url: `${receiver.url}/modest`, events: ['job.finished'] })
  await using _attacker: Attacker | null = attacks.length === 0 ? null : startAttacker(hostile, attacks)
  await sleep(BEGUN_MS)
  const measured = new AbortController()
  setTimeout(() => measured.abort(), seconds * 1000)
  const { jobs, webhooks, livez, refused } = await noticed(modest, receiver, measured.signal)
  const metrics = await (await fetch(new URL('/metrics', service.url), bearer(operator))).text()
  const lost = ['conduit_leases_lost_total', 'conduit_takeovers_total'].map((counter) => countOf(metrics, counter))
  const cells = [
    name,
    ...[jobs, webhooks, livez].map((all) => `${quantile(all, 0.5)} / ${quantile(all, 0.99)}`),
    String(refused),
    lost.join(' / '),
    String(peakMegabytes(service.pid) ?? ''),
  ]
  return `| ${cells.join(' | ')} |`
}

const bearer = ({ key }: Tenant): RequestInit => ({ headers: { authorization: `Bearer ${key}` } })

function countOf(metrics: string, name: string): string {
  return new RegExp(`^${name} (\\d+)$`, 'm').exec(metrics)?.[1] ?? '?'
}

await using server = await openServer()
const chosen = ATTACKS.map(({ name }) => name).filter((name) =>
  options.only.split(',').some((text) => name.includes(text)),
)
const lines: readonly (readonly [string, readonly string[]])[] = [
  ['nobody', []],
  ...(options.together ? [] : chosen.map((attack) => [attack, [attack]] as const)),
  ...(chosen.length > 1 ? [['all at once', chosen] as const] : []),
]
process.stdout.write(`What another tenant notices, in ms (median / p99), ${seconds} s each, ${server.description}\n\n`)
process.stdout.write('| attack | job, POST to end | webhook | /livez | refused | leases lost / takeovers | peak MB |\n')
process.stdout.write('| --- | --- | --- | --- | --- | --- | --- |\n')
for (const [name, attacks] of lines) process.stdout.write(`${await measure(name, attacks, server)}\n`)
await server.drop('conduit_neighbours')

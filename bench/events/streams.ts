import { cpus } from 'node:os'
import { setTimeout as after } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { threeSteps } from '../definitions.ts'
import { openServer } from '../service/postgres.ts'
import { subscribe, type Subscriber } from './client.ts'
import { type ServerProcess, startServer, type Usage } from './serverProcess.ts'

// How late are events on thousands of open streams, and what does a stream cost? `npm run bench:events` answers.

const HELP = `npm run bench:events -- [options]
  --streams N   open streams (5000)
  --share N     streams a job: 1, each on a job of its own, or 50 on one (both, one after the other)
  --rate N      jobs that end each second while the streams are open (200)
BENCH_DATABASE_URL: a server, by a user who may create databases; otherwise an embedded one is started, with fsync on.
`
const { values: options } = parseArgs({
  options: {
    streams: { type: 'string', default: '5000' },
    share: { type: 'string' },
    rate: { type: 'string', default: '200' },
    help: { type: 'boolean', default: false },
  },
})
const say = (line: string): void => void process.stdout.write(`${line}\n`)
if (options.help) {
  say(HELP)
  process.exit(0)
}
const streams = Number(options.streams)
const rate = Number(options.rate)

/** How long opening may take: the first watched job ends after that. */
const OPENING_SECONDS = Math.max(10, streams / 250)
/** Streams that are opened at once. */
const OPENING = 50

/** Steps of shared jobs end one after the other, spread over this time. */
const STEP_SECONDS = 0.5
const STEPS = 10

type Watched = { readonly id: string; readonly seconds: number }

/**
 * Of their own: jobs that end one after the other, `rate` of them a second. Shared: jobs of ten steps, one each 500 ms,
 * while others that nobody watches run at that rate.
 */
function watchedJobs(share: number): Watched[] {
  return Array.from({ length: Math.ceil(streams / share) }, (_, i) => ({
    id: `watched-${i}`,
    seconds: OPENING_SECONDS + (share === 1 ? i / rate : (i * share * STEP_SECONDS) / streams),
  }))
}

function definitionOf({ id, seconds }: Watched, share: number): object {
  const sleep = (time: number): object => ({ action: 'TIME.SLEEP', parameters: { seconds: time } })
  const rest = share === 1 ? [{ action: 'LOGIC.TRUE' }] : Array.from({ length: STEPS }, () => sleep(STEP_SECONDS))
  return { id, steps: [{ action: 'LOGIC.TRUE' }, sleep(seconds), ...rest] }
}

async function post(url: string, body: object): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const reply = await fetch(`${url}/v1/jobs`, { method: 'POST', headers, body: JSON.stringify(body) })
  await reply.arrayBuffer()
  if (reply.status !== 202) throw new Error(`a job was answered with ${reply.status}`)
}

/** Jobs that nobody watches, so many a second, until `signal` aborts. */
async function runOthers(url: string, signal: AbortSignal): Promise<number> {
  const begun = performance.now()
  const posts: Promise<void>[] = []
  while (!signal.aborted) {
    const due = Math.floor(((performance.now() - begun) / 1000) * rate)
    while (posts.length < due) posts.push(post(url, threeSteps))
    await after(10)
  }
  await Promise.all(posts)
  return posts.length
}

/** In order: how long after the moment an event tells of its last byte had come to the last of its subscribers. */
type Arrivals = { readonly last: Map<string, number>; readonly count: () => number }

async function openAll(url: URL, jobs: readonly Watched[], share: number): Promise<Arrivals & { all: Subscriber[] }> {
  const last = new Map<string, number>()
  let count = 0
  const wanted = jobs.flatMap(({ id }) => Array.from({ length: share }, () => id)).slice(0, streams)
  const all: Subscriber[] = []
  const openNext = async (): Promise<void> => {
    for (let id = wanted.shift(); id !== undefined; id = wanted.shift()) {
      const job = id
      const onEvent = (seq: number, finishedAt: number): void => {
        count++
        if (seq === 1) return // was there before the stream
        const key = `${job} ${seq}`
        last.set(key, Math.max(last.get(key) ?? 0, Date.now() - finishedAt))
      }
      all.push(await subscribe(url, job, onEvent))
    }
  }
  await Promise.all(Array.from({ length: OPENING }, openNext))
  return { last, count: () => count, all }
}

const percentile = (sorted: readonly number[], p: number): number =>
  sorted[Math.floor((sorted.length - 1) * p)] ?? Number.NaN
const kib = (bytes: number): string => (bytes / 1024).toFixed(1)

async function measure(server: ServerProcess, share: number): Promise<void> {
  const url = new URL(server.url)
  const jobs = watchedJobs(share)
  for (let i = 0; i < jobs.length; i += 100) {
    await Promise.all(jobs.slice(i, i + 100).map((job) => post(server.url, definitionOf(job, share))))
  }
  const before = await server.usage()
  const began = performance.now()
  const { last, count, all } = await openAll(url, jobs, share)
  const opening = (performance.now() - began) / 1000
  const open = await server.usage()
  if (opening > OPENING_SECONDS - 2) throw new Error(`opening took ${opening.toFixed(1)} s: jobs ended meanwhile`)
  const stop = new AbortController()
  const others = share === 1 ? Promise.resolve(0) : runOthers(server.url, stop.signal)
  await Promise.all(all.map(({ ended }) => ended))
  stop.abort()
  const end = await server.usage()
  report({
    share,
    jobs: jobs.length,
    opening,
    before,
    open,
    end,
    count: count(),
    others: await others,
    late: [...last.values()],
  })
}

type Findings = {
  share: number
  jobs: number
  opening: number
  before: Usage
  open: Usage
  end: Usage
  count: number
  others: number
  late: number[]
}

function report({ share, jobs, opening, before, open, end, count, others, late }: Findings): void {
  const cpu = end.cpu.user + end.cpu.system - open.cpu.user - open.cpu.system
  const sorted = late.toSorted((a, b) => a - b)
  const heap = (usage: Usage): number => usage.memory.heapUsed + usage.memory.external
  say(`\n${streams} streams, ${share === 1 ? 'each on a job of its own' : `${share} on each of ${jobs} jobs`}`)
  say(`  opened in ${opening.toFixed(1)} s; ${count} events came, ${others} other jobs ran meanwhile`)
  say(`  from the end of a step (a job) to the last byte at its last subscriber, ${sorted.length} events:`)
  say(`  p50 ${percentile(sorted, 0.5)} ms, p99 ${percentile(sorted, 0.99)} ms, most ${sorted.at(-1)} ms`)
  say(`  CPU of the service: ${Math.round(cpu / count)} µs an event that was sent, jobs included`)
  say(`  memory a stream: ${kib((heap(open) - heap(before)) / streams)} KiB of heap and buffers after a collection,`)
  say(`  ${kib((open.memory.rss - before.memory.rss) / streams)} KiB resident`)
}

await using postgres = await openServer()
say(`Node ${process.versions.node}, ${postgres.description}, ${cpus().length} × ${cpus()[0]?.model}`)
for (const share of options.share === undefined ? [1, 50] : [Number(options.share)]) {
  const database = `conduit_bench_events_${share}`
  const settings = { DATABASE_URL: await postgres.database(database), CONCURRENCY: String(streams + 100) }
  {
    await using server = await startServer(settings)
    await measure(server, share)
  }
  await postgres.drop(database)
}

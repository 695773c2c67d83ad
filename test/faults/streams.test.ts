import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createTestDatabase } from '../support/database.ts'
import { openStream } from '../support/eventStream.ts'
import { startBreakableServer } from './breakableServer.ts'
import { startFleet } from './fleet.ts'
import { amount, Chances, PATIENCE_MS } from './seed.ts'
import { send } from './workload.ts'

const STEPS = 20
const JOBS = amount(12, 40)

const definition = (id: string): object => ({
  id,
  steps: Array.from({ length: STEPS }, () => ({ action: 'TIME.SLEEP', parameters: { seconds: 0.15 } })),
})

/** What a client saw of a job, and how many streams it took. */
type Seen = { readonly seqs: number[]; readonly streams: number }

/** Watches a job to its end as an EventSource does: whenever a stream breaks it comes again, at its place. */
async function watch(
  id: string,
  nextUrl: () => string,
  onEvent: (url: string) => void = () => undefined,
): Promise<Seen> {
  const seqs: number[] = []
  let streams = 0
  for (let over = false; !over; ) {
    try {
      const headers = seqs.length > 0 ? { 'last-event-id': String(seqs.at(-1)) } : {}
      const url = nextUrl()
      await using stream = await openStream(`${url}/v1/jobs/${id}/events`, { headers })
      if (stream.status !== 200) throw new Error(`answered with ${stream.status}`)
      streams++
      for (let event = await stream.next(); event !== null; event = await stream.next()) {
        seqs.push(Number(event.id))
        onEvent(url)
        over = event.event === 'job.finished'
      }
    } catch {
      await sleep(100) // the replica, or the database, is away
    }
  }
  return { seqs, streams }
}

function findings(seen: readonly Seen[]) {
  const expected = Array.from({ length: STEPS + 1 }, (_, i) => i + 1)
  const gaps = seen.filter(({ seqs }) => expected.some((seq) => !seqs.includes(seq))).length
  const repeats = seen.filter(({ seqs }) => new Set(seqs).size !== seqs.length).length
  const outOfOrder = seen.filter(({ seqs }) => seqs.some((seq, i) => i > 0 && seq < (seqs[i - 1] ?? 0))).length
  return { gaps, repeats, outOfOrder, streams: seen.reduce((sum, { streams }) => sum + streams, 0) }
}

const describeFindings = (what: string, { gaps, repeats, outOfOrder, streams }: ReturnType<typeof findings>): void =>
  void process.stdout.write(
    `${what}: ${JOBS} jobs of ${STEPS} steps watched by ${streams} streams, ${gaps} with gaps, ${repeats} with repeats, ${outOfOrder} out of order\n`,
  )

test(
  'the database is restarted under open streams: they stay open, and tell every event once',
  async () => {
    await using server = await startBreakableServer()
    await using fleet = await startFleet({ replicas: 2, settings: { DATABASE_URL: server.url, LEASE_SECONDS: '10' } })
    const chances = new Chances()
    const ids = Array.from({ length: JOBS }, (_, i) => `job-${i}`)
    for (const id of ids) await send(chances.pick(fleet.replicas).url, '/v1/jobs', definition(id))
    const watched = Promise.all(ids.map((id) => watch(id, () => chances.pick(fleet.replicas).url)))
    const restarts = amount(2, 5)
    for (let n = 0; n < restarts; n++) {
      await sleep(chances.between(300, 1000))
      await server.breakDown()
    }
    const found = findings(await watched)
    describeFindings(`streams (seed ${chances.seed}), ${restarts} restarts of the database`, found)
    expect(found).toMatchObject({ gaps: 0, repeats: 0, outOfOrder: 0 })
  },
  PATIENCE_MS,
)

test(
  'replicas are killed in mid-stream: clients go on at another, and miss nothing',
  async () => {
    await using database = await createTestDatabase()
    await using fleet = await startFleet({ replicas: 3, settings: { DATABASE_URL: database.url } })
    const chances = new Chances()
    const ids = Array.from({ length: JOBS }, (_, i) => `job-${i}`)
    for (const id of ids) await send(chances.pick(fleet.replicas).url, '/v1/jobs', definition(id))
    const streaming = Promise.withResolvers<string>()
    const nextUrl = (): string => chances.pick(fleet.replicas).url
    const watched = Promise.all(ids.map((id) => watch(id, nextUrl, streaming.resolve)))
    const kills = amount(3, 10)
    for (let n = 0; n < kills; n++) {
      const watchedUrl = await streaming.promise
      // The first to go is one that has just told the first event of a job.
      const victim = n === 0 ? fleet.replicas.findIndex(({ url }) => url === watchedUrl) : chances.between(0, 2)
      await sleep(n === 0 ? 0 : chances.between(300, 1000))
      await fleet.replicas[victim]?.end('SIGKILL')
      await fleet.replaced(victim)
    }
    const found = findings(await watched)
    describeFindings(`streams (seed ${chances.seed}), ${kills} kills`, found)
    expect(found).toMatchObject({ gaps: 0, repeats: 0, outOfOrder: 0 })
    expect(found.streams).toBeGreaterThan(JOBS)
  },
  PATIENCE_MS,
)

import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startBreakableServer } from './breakableServer.ts'
import { type ServiceProcess, startService } from './process.ts'
import { amount, PATIENCE_MS } from './seed.ts'
import { ask, until, untilAllOver } from './workload.ts'

const EVERY_MS = 10_000
const FIRINGS = amount(4, 30)
const SCHEDULES = amount(20, 200)

/** From when the first firing is due: everything is written by then. */
const AHEAD_MS = 15_000

const HOUR_MS = 3_600_000
const shifted = join(import.meta.dirname, 'shiftedClock.ts')

async function put({ url }: ServiceProcess, name: string, schedule: object): Promise<number> {
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify(schedule)
  return (await fetch(new URL(`/v1/schedules/${name}`, url), { method: 'PUT', headers, body })).status
}

test(
  'three replicas with clocks an hour off, one killed, one frozen, the database restarted at the due moment: no firing missed, none doubled',
  async () => {
    await using database = await startBreakableServer()
    await using stack = new AsyncDisposableStack()
    const replicaAt = async (shiftMs: number): Promise<ServiceProcess> => {
      const settings = { DATABASE_URL: database.url, LEASE_SECONDS: '5', FAULT_CLOCK_SHIFT_MS: String(shiftMs) }
      return stack.use(await startService(settings, { execArgv: ['--import', shifted] }))
    }
    const [early, right] = await Promise.all([replicaAt(-HOUR_MS), replicaAt(0), replicaAt(HOUR_MS)])
    const [row] = await ask<{ now: string }>(database.url, 'select extract(epoch from clock_timestamp()) * 1000 as now')
    const start = Math.ceil((Number(row?.now) + AHEAD_MS) / 1000) * 1000
    const moments = Array.from({ length: FIRINGS }, (_, i) => start + i * EVERY_MS)
    const schedule = {
      every: `${EVERY_MS / 1000}s`,
      overlap: 'allow',
      start_at: new Date(start).toISOString(),
      end_at: new Date(moments.at(-1) ?? start).toISOString(),
      job: { steps: [{ action: 'LOGIC.TRUE' }] },
    }
    const names = Array.from({ length: SCHEDULES }, (_, i) => `schedule-${i}`)
    for (const name of names) expect(await put(right, name, schedule)).toBe(201)
    const reach = (moment: number): Promise<void> =>
      until(database.url, `select clock_timestamp() >= to_timestamp(${moment / 1000}) as holds`)

    await reach(start)
    early.signal('SIGSTOP')
    await reach(start + EVERY_MS)
    await database.breakDown()
    early.signal('SIGCONT')
    await reach(start + 2 * EVERY_MS)
    await right.end('SIGKILL')
    await until(database.url, `select count(*) = 0 as holds from schedule where next_run_at is not null`)
    await untilAllOver(database.url)

    const made = await ask<{ name: string; due: string; late: string }>(
      database.url,
      `select labels->>'schedule' as name, extract(epoch from scheduled_for) * 1000 as due,
              extract(epoch from created_at - scheduled_for) * 1000 as late from job`,
    )
    const missed = names.flatMap((name) =>
      moments.filter((moment) => !made.some((job) => job.name === name && Number(job.due) === moment)),
    )
    const doubled = made.length - new Set(made.map(({ name, due }) => `${name} ${due}`)).size
    const lateness = made.map((job) => Number(job.late)).sort((a, b) => a - b)
    const at = (part: number): string => `${Math.round(lateness[Math.floor(lateness.length * part)] ?? 0)} ms`
    process.stdout.write(
      `schedules: ${made.length} firings, ${missed.length} missed, ${doubled} doubled; late by ${at(0.5)} (p50), ${at(0.99)} (p99)\n`,
    )
    expect([made.length, missed.length, doubled]).toEqual([SCHEDULES * FIRINGS, 0, 0])
  },
  PATIENCE_MS,
)

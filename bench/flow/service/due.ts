import { setTimeout as sleep } from 'node:timers/promises'
import { cpuSeconds } from '../../service/processes.ts'
import { ask, type BenchDatabase, type Service } from './benchDatabase.ts'
import { post, type Rig, waitingIn } from './rig.ts'

/** How late each job of a run was over, in milliseconds, and when the last one was. */
export type Late = {
  readonly late: readonly number[]
  readonly lastAt: number
  /** CPU time of a job from its wake to its end, in words. */
  readonly cpu: string
}

/** The least that is left between the last one's falling asleep and the first moment. */
const LEAST_MS = 2000
const FIRST_MS = 6000
/** A look for those that are over. */
const LOOK_MS = 250

/**
 * Posts jobs that sleep until `spread` milliseconds from a moment on, evenly, and waits until all are over. Where not all of
 * them slept before it, it is tried again with twice the time.
 * @param meanwhile runs from before the first is due until its signal aborts: all are over
 */
export async function runDue(
  {
    prepared,
    service,
    rig,
    jobs,
    spread,
  }: {
    readonly prepared: BenchDatabase
    readonly service: Service
    readonly rig: Rig
    readonly jobs: number
    readonly spread: number
  },
  meanwhile: (over: AbortSignal) => Promise<void> = async () => undefined,
): Promise<Late> {
  for (let attempt = 0, ahead = FIRST_MS + jobs / 2; ; attempt++, ahead *= 2) {
    const first = Date.now() + ahead
    const dueAt = (n: number): number => first + Math.floor((n * spread) / jobs)
    const name = `due-${jobs}-${attempt}-`
    const jobOf = (n: number): object => ({
      id: `${name}${n}`,
      steps: [
        { action: 'FLOW.SLEEP', parameters: { until: new Date(dueAt(n)).toISOString() } },
        { action: 'TEXT.UPPERCASE', parameters: { text: 'awake' } },
      ],
    })
    const before = await waitingIn(prepared)
    await post(service.busy, jobs, jobOf, rig.signal)
    while (Date.now() < first - LEAST_MS && (await waitingIn(prepared)) < before + jobs) await sleep(LOOK_MS)
    const inTime = Date.now() < first - LEAST_MS
    if (inTime) await sleep(first - LEAST_MS / 2 - Date.now(), null, { signal: rig.signal })
    const cpu = cpuOf(service, rig)
    const over = new AbortController()
    const beside = inTime ? meanwhile(over.signal) : undefined
    try {
      const ends = await untilOver(prepared, name, jobs, rig.signal)
      if (!inTime) continue
      const lastAt = Math.max(...ends.map(({ at }) => at)) - first
      return { late: ends.map(({ n, at }) => at - dueAt(n)), lastAt, cpu: told(cpu, cpuOf(service, rig), jobs) }
    } finally {
      over.abort()
      await beside
    }
  }
}

async function untilOver(
  prepared: BenchDatabase,
  name: string,
  jobs: number,
  signal: AbortSignal,
): Promise<{ n: number; at: number }[]> {
  const range = [name, `${name}~`]
  const counted = 'select count(*)::int as n from job where id between $1 and $2 and finished_at is not null'
  while ((await ask<{ n: number }>(prepared, counted, range))[0]?.n !== jobs) await sleep(LOOK_MS, null, { signal })
  const failed = await ask(
    prepared,
    "select 1 from job where id between $1 and $2 and state <> 'succeeded' limit 1",
    range,
  )
  if (failed.length > 0) throw new Error('a job that slept did not succeed')
  return await ask(
    prepared,
    `select substr(id, length($1) + 1)::int as n, extract(epoch from finished_at)::float8 * 1000 as at
     from job where id between $1 and $2`,
    range,
  )
}

type Cpu = { readonly service: number; readonly postgres: number }

/** Seconds so far. */
function cpuOf(service: Service, { server }: Rig): Cpu {
  return { service: cpuSeconds(service.pid) ?? Number.NaN, postgres: server.cpuSeconds() ?? Number.NaN }
}

function told(before: Cpu, after: Cpu, jobs: number): string {
  const each = (part: keyof Cpu): string => `${Math.round(((after[part] - before[part]) * 1e6) / jobs)} µs`
  return `${each('service')}, ${each('postgres')}`
}

import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import type { StepWire } from '../../src/wire/job.ts'
import { createTestDatabase } from '../support/database.ts'
import { type Construct, constructs } from './constructs.ts'
import { startFleet } from './fleet.ts'
import type { ServiceProcess } from './process.ts'
import { Chances, isLong, PATIENCE_MS } from './seed.ts'
import { ask, send, submit, untilAllOver } from './workload.ts'

/** The places at which a construct's replica is killed: two of those that its job has; by hand the first eight. */
function places(chances: Chances): number[] {
  if (isLong) return Array.from({ length: 8 }, (_, i) => i + 1)
  return [...new Set(Array.from({ length: 2 }, () => chances.between(1, 9)))]
}

test(
  'kill -9 at every boundary of each construct: what was recorded stays, each record is there once, children too',
  async () => {
    await using database = await createTestDatabase()
    await using fleet = await startFleet({
      replicas: 3,
      entry: 'test/faults/faultyService.ts',
      settings: { DATABASE_URL: database.url, MAX_TAKEOVERS: '1000' },
    })
    const chances = new Chances()
    const jobs = new Map<string, Construct>()
    for (const [i, name] of Object.keys(constructs('')).entries()) {
      for (const at of places(chances)) {
        const struck = name === 'child that is struck'
        const made = constructs(`SIGKILL-happens-${at}-child`)[name]
        if (made !== undefined) jobs.set(`${struck ? 'whole' : 'SIGKILL'}-happens-${at}-${i}`, made)
      }
    }
    const accepted = [...jobs].map(([id, { steps, on_failure = [] }]) =>
      submit(fleet.replicas, { id, steps, on_failure }, chances),
    )
    await Promise.all(accepted)
    await untilAllOver(database.url)
    const log = await readFile(fleet.log, 'utf8')
    const marks = marksOf(log)
    const problems: string[] = []
    for (const [id, construct] of jobs) problems.push(...(await problemsOf(fleet.replicas, id, construct, marks)))
    const children = await ask<{ parent: string; made: number; told: boolean }>(
      database.url,
      'select parent, count(*)::int as made, bool_and(parent_told is true) as told from job where parent is not null group by parent',
    )
    for (const [id, { children: wanted = 0 }] of jobs) {
      const of = children.find(({ parent }) => parent === id) ?? { made: 0, told: true }
      if (of.made !== wanted || !of.told) problems.push(`${id} made ${of.made} children`)
    }
    const kills = fleet.restarts
    const repeated = [...marks.values()].reduce((sum, { length }) => sum + length - 1, 0)
    process.stdout.write(
      `constructs (seed ${chances.seed}): ${jobs.size} jobs, ${kills} kills, ${repeated} attempts beyond the first, ` +
        `${problems.length} lost, doubled or run again\n`,
    )
    expect(problems).toEqual([])
  },
  PATIENCE_MS,
)

/** The marks that each step left, by its idempotency key, in order. */
function marksOf(log: string): Map<string, string[]> {
  const marks = new Map<string, string[]>()
  for (const line of log.split('\n').filter(Boolean)) {
    const [, , token = '', key = ''] = line.split(' ')
    marks.set(key, [...(marks.get(key) ?? []), token])
  }
  return marks
}

async function problemsOf(
  replicas: readonly ServiceProcess[],
  id: string,
  { state, records }: Construct,
  marks: ReadonlyMap<string, readonly string[]>,
): Promise<string[]> {
  const job = await told(replicas, `/v1/jobs/${id}`)
  const { data } = (await told(replicas, `/v1/jobs/${id}/steps?parent=*&limit=200`)) as { data: StepWire[] }
  const recorded = data.filter(({ finished_at: at }) => at !== null)
  const shown = recorded.map(({ path, status }) => `${path} ${status.name}`)
  const problems: string[] = []
  if (job.state !== state) problems.push(`${id} is ${job.state}`)
  if (shown.toSorted().join() !== records.toSorted().join()) problems.push(`${id} has ${shown.join()}`)
  for (const { path, return_value: value, attempt, action } of recorded) {
    const attempts = [...marks.values()].find((tokens) => tokens.includes(String(value)))
    if (attempts !== undefined && attempts.at(-1) !== value) problems.push(`${id} ran ${path} again`)
    if (action === 'FAULT.FLAKY' && attempt > 3) problems.push(`${id} has ${attempt} attempts of ${path}`)
  }
  return problems
}

/** What whichever replica answers says: others are on their way up again. */
async function told(replicas: readonly ServiceProcess[], path: string): Promise<ReturnType<typeof JSON.parse>> {
  for (;;) {
    for (const { url } of replicas) {
      const reply = await send(url, path).catch(() => null)
      if (reply?.status === 200) return reply.body
    }
  }
}

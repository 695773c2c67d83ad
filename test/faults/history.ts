import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { EventWire } from '../../src/wire/event.ts'
import type { StepWire } from '../../src/wire/job.ts'
import type { Construct } from './constructs.ts'
import type { Fleet } from './fleet.ts'
import type { ServiceProcess } from './process.ts'
import type { Chances } from './seed.ts'
import { ask, send } from './workload.ts'

/** What a history of constructs came to: `problems` is what must be nothing, `repeated` what a fault may cost. */
export type History = { readonly problems: readonly string[]; readonly repeated: number }

/**
 * Looks at every job of constructs that is over: each record is there once and as it must be, none was run again after it,
 * events have no gap, no attempt is beyond what is allowed, children are made once and told.
 */
export async function historyOf(fleet: Fleet, databaseUrl: string, jobs: ReadonlyMap<string, Construct>) {
  const marks = marksOf(await readFile(fleet.log, 'utf8'))
  const problems: string[] = []
  for (const [id, construct] of jobs) problems.push(...(await problemsOf(fleet.replicas, id, construct, marks)))
  const children = await ask<{ parent: string; made: number; told: boolean }>(
    databaseUrl,
    'select parent, count(*)::int as made, bool_and(parent_told is true) as told from job where parent is not null group by parent',
  )
  for (const [id, { children: wanted = 0 }] of jobs) {
    const of = children.find(({ parent }) => parent === id) ?? { made: 0, told: true }
    if (of.made !== wanted || !of.told) problems.push(`${id} made ${of.made} children`)
  }
  const repeated = [...marks.values()].reduce((sum, { length }) => sum + length - 1, 0)
  return { problems, repeated } satisfies History
}

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
  const { data: events } = (await told(replicas, `/v1/jobs/${id}/events?limit=1000`)) as { data: EventWire[] }
  const recorded = data.filter(({ finished_at: at }) => at !== null)
  const shown = recorded.map(({ path, status }) => `${path} ${status.name}`)
  const paths = events.flatMap((event) => (event.type === 'step.updated' ? [event.data.step.path] : []))
  const problems: string[] = []
  if (job.state !== state) problems.push(`${id} is ${job.state}`)
  if (shown.toSorted().join() !== records.toSorted().join()) problems.push(`${id} has ${shown.join()}`)
  if (paths.length !== records.length || new Set(paths).size !== paths.length)
    problems.push(`${id} told ${paths.join()}`)
  if (events.some(({ seq }, i) => seq !== i + 1) || events.at(-1)?.type !== 'job.finished')
    problems.push(`${id} has gaps`)
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
    await sleep(50)
  }
}

/** Sends a job what it waits for, once the step is over, or waits, after which it may come; until a replica takes it. */
export async function serve(fleet: Fleet, id: string, { sent }: Construct, chances: Chances): Promise<void> {
  if (sent === undefined) return
  const { replicas } = fleet
  for (let mayCome = false; !mayCome; await sleep(100)) {
    const { data } = (await told(replicas, `/v1/jobs/${id}/steps?parent=*`)) as { data: StepWire[] }
    const step = data.find(({ path }) => path === sent.after)
    mayCome = step !== undefined && (step.finished_at !== null || step.waiting !== null)
  }
  const bring = sent.what === 'signal' ? signal : answer
  // 409: it was taken, and what was answered to that was lost.
  while (![200, 202, 409].includes(await bring(chances.pick(replicas).url, id).catch(() => 0))) await sleep(50)
}

async function signal(url: string, id: string): Promise<number> {
  return (await send(url, `/v1/jobs/${id}/signals/go`, { to: id }, { 'idempotency-key': `go-${id}` })).status
}

async function answer(url: string, id: string): Promise<number> {
  const { status, body } = await send(url, `/v1/questions?job_id=${id}`)
  if (status !== 200) return status
  const question = body.data[0]?.id
  if (question === undefined) return 409
  return (await send(url, `/v1/questions/${question}/answer`, { value: { approved: true } })).status
}

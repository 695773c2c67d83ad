import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import type { StepWire } from '../../src/wire/job.ts'
import { createTestDatabase } from '../support/database.ts'
import { startBreakableServer } from './breakableServer.ts'
import { type Fleet, startFleet } from './fleet.ts'
import { findings } from './invariants.ts'
import type { ServiceProcess } from './process.ts'
import { amount, Chances, PATIENCE_MS } from './seed.ts'
import { storm } from './storm.ts'
import { type Answer, read, send, submit, until, untilAllOver } from './workload.ts'

// Waits for a signal, a moment and an answer, while replicas die, freeze and drain, and the database is restarted: in each
// phase of a wait, since jobs are spread over all of them.

const EFFECT = { action: 'FAULT.EFFECT', parameters: { milliseconds: 20 } }

const waitingJob = (id: string) => ({
  id,
  steps: [
    EFFECT,
    { id: 'go', action: 'FLOW.SIGNAL', parameters: { name: 'go' } },
    EFFECT,
    { id: 'nap', action: 'FLOW.SLEEP', parameters: { for: '1200ms' } },
    { id: 'ask', action: 'FLOW.ASK', parameters: { form: { type: 'object' } } },
    EFFECT,
  ],
  output: ['{: go :}', '{: ask.value :}'],
})

type People = { readonly chances: Chances; readonly replicas: readonly ServiceProcess[] }

/** Asks until a replica answers otherwise than by its end. */
async function insist({ chances, replicas }: People, path: string, body?: object, headers = {}): Promise<Answer> {
  for (;;) {
    const reply = await send(chances.pick(replicas).url, path, body, headers).catch(() => null)
    if (reply !== null && reply.status !== 503) return reply
    await sleep(50)
  }
}

/** Sends a job what it waits for; gives how often an answer was taken, and which values may have been. */
async function serve(people: People, id: string): Promise<{ taken: number; may: string[] }> {
  await sleep(people.chances.between(0, 2500))
  await insist(people, `/v1/jobs/${id}/signals/go`, { to: id }, { 'idempotency-key': `go-${id}` })
  let question: string | undefined
  for (; question === undefined; await sleep(100)) {
    question = (await insist(people, `/v1/questions?job_id=${id}`)).body.data?.[0]?.id
  }
  const may = ['a', 'b', 'c'].map((one) => `${one}-${id}`)
  const answers = may.map((value) => insist(people, `/v1/questions/${question}/answer`, { value: { value } }))
  return { taken: (await Promise.all(answers)).filter(({ status }) => status === 200).length, may }
}

async function runThrough(fleet: Fleet, url: string, jobs: number, disturb: (chances: Chances) => Promise<void>) {
  const chances = new Chances()
  const people = { chances, replicas: fleet.replicas }
  const ids = Array.from({ length: jobs }, (_, i) => `job-${i}`)
  const serving = Promise.all(
    ids.map(async (id) => {
      await submit(fleet.replicas, waitingJob(id), chances)
      return serve(people, id)
    }),
  )
  await disturb(chances)
  const served = await serving
  await untilAllOver(url)
  let [ended, wrong, gaps, early] = [0, 0, 0, 0]
  for (const [i, id] of ids.entries()) {
    const { state, output, steps } = await read(fleet.replicas, id, chances)
    if (state === 'succeeded') ended++
    const { may = [], taken = 0 } = served[i] ?? {}
    // An answer whose own answer was lost was taken all the same: then all three were told that it was.
    if (taken > 1 || output?.[0]?.to !== id || !may.includes(output?.[1]?.value)) wrong++
    const { data } = (await insist(people, `/v1/jobs/${id}/events`)).body
    const told = data.map(({ type, seq }: { type: string; seq: number }, at: number) => seq === at + 1 && type)
    const asked = told.filter((type: string) => type === 'step.waiting').length
    const updated = told.filter((type: string) => type === 'step.updated').length
    if (told.includes(false) || asked < 1 || asked > 2 || updated !== 6 || told.at(-1) !== 'job.finished') gaps++
    if (Date.parse(steps[3].return_value) - Date.parse(steps[2].finished_at) < 1195) early++
  }
  const { runAgain } = await findings(url, fleet.log, ids)
  process.stdout.write(
    `waits (seed ${chances.seed}): ${jobs} jobs, ${fleet.restarts} replaced, ${jobs - ended} lost, ${runAgain} recorded steps run again, ${wrong} wrong signals or answers, ${gaps} gaps, ${early} woken early\n`,
  )
  expect({ lost: jobs - ended, runAgain, wrong, gaps, early }).toEqual({
    lost: 0,
    runAgain: 0,
    wrong: 0,
    gaps: 0,
    early: 0,
  })
}

test(
  'kill -9, freezes and drains in every phase of waits, three replicas: nothing is lost, doubled or run again',
  async () => {
    await using database = await createTestDatabase()
    await using fleet = await startFleet({
      replicas: 3,
      settings: { DATABASE_URL: database.url, SHUTDOWN_SECONDS: '1' },
    })
    await runThrough(fleet, database.url, amount(40, 600), async (chances) => {
      await storm(fleet, chances, amount(6, 60), [200, 600])
    })
  },
  PATIENCE_MS,
)

test(
  'the database is restarted in every phase of waits: nothing is lost, doubled or run again',
  async () => {
    await using server = await startBreakableServer()
    await using fleet = await startFleet({ replicas: 2, settings: { DATABASE_URL: server.url, LEASE_SECONDS: '10' } })
    await runThrough(fleet, server.url, amount(30, 300), async (chances) => {
      for (let n = 0; n < amount(3, 20); n++) {
        await sleep(chances.between(500, 1500))
        await server.breakDown()
      }
    })
  },
  PATIENCE_MS,
)

const GATED = { id: 'gated', action: 'FAULT.GATE', parameters: { name: 'gate' }, undo: [{ id: 'u', ...EFFECT }] }

test(
  'a step that is called when the signal comes is let end, also where its replica dies first: recorded, and undone later',
  async () => {
    await using database = await createTestDatabase()
    await using fleet = await startFleet({ replicas: 2, settings: { DATABASE_URL: database.url } })
    const chances = new Chances()
    const people = { chances, replicas: fleet.replicas }
    const wait = { id: 'w', action: 'FLOW.SIGNAL', parameters: { name: 'go' }, steps: [GATED] }
    await submit(
      fleet.replicas,
      { id: 'job', steps: [wait, { id: 'fail', action: 'FLOW.FAIL', parameters: {} }] },
      chances,
    )
    await vi.waitUntil(() => existsSync(fleet.log), PATIENCE_MS)
    await insist(people, '/v1/jobs/job/signals/go', {})
    await until(database.url, 'select signals_taken = 1 as holds from job')
    await Promise.all(fleet.replicas.map((replica) => replica.end('SIGKILL')))
    await Promise.all([fleet.replaced(0), fleet.replaced(1)])
    await writeFile(join(dirname(fleet.log), 'gate'), '')
    await untilAllOver(database.url)
    const { data } = (await insist(people, '/v1/jobs/job/steps?parent=*')).body
    const records = data.map(({ path, status }: StepWire) => `${path} ${status.name}`)
    const wanted = ['w DONE', 'w/wait/gated DONE', 'fail UNHANDLED_EXCEPTION', 'w/wait/gated/undo/u DONE']
    expect(records.toSorted()).toEqual(wanted.toSorted())
  },
  PATIENCE_MS,
)

import { randomUUID } from 'node:crypto'
import { errorValue } from '../../engine/errors.ts'
import { checkSteps } from '../../engine/plan/checks.ts'
import { planJob } from '../../engine/plan/plan.ts'
import type { Registry } from '../../engine/registeredBlock.ts'
import type { Entry, JobMessage } from '../../engine/run/entry.ts'
import { DEFAULT_LIMITS } from '../../engine/run/limits.ts'
import { type Command, cancelRun, createRun, deliver, endOf, next, startCall } from '../../engine/run/run.ts'
import type { RunState } from '../../engine/run/state.ts'
import { disarmAll, isResting, pauseTime, resumeTime, wakeAt } from '../../engine/run/time.ts'
import type { GivenSecrets } from '../../engine/secrets/given.ts'
import type { SecretInputs } from '../../engine/secrets/inputs.ts'
import { secretsNamed } from '../../engine/secrets/uses.ts'
import type { Json } from '../../engine/values/json.ts'
import { turns } from '../../process/turns.ts'
import { givenSecrets } from '../../secrets/given.ts'
import type { JobWire } from '../../wire/job.ts'
import { JobTree } from '../../wire/jobTree.ts'
import { jobWithStepsToWire } from '../../wire/jobView.ts'
import type { ParsedJob } from '../../wire/parseDefinition.ts'
import { outputProblems, viewOfRun } from '../../wire/runView.ts'
import { treeEntriesOfRun } from '../../wire/stored.ts'
import { VirtualClock } from './clock.ts'
import { type Mock, Mocks, mocked } from './mocks.ts'

/** What a dry run is given in place of the world. */
export type DryWorld = {
  /** By paths of steps without the numbers of rounds. */
  readonly mocks?: Readonly<Record<string, Mock>> | undefined
  /** By names, each taken by one step. */
  readonly signals?: Readonly<Record<string, readonly Json[]>> | undefined
  /** By paths of the steps that ask. */
  readonly answers?: Readonly<Record<string, Json>> | undefined
}

/** Whose the job would be, when, and what its secret local values are; null: it has none. */
export type DryOrigin = {
  readonly tenant: string
  readonly now: number
  readonly inputs: SecretInputs | null
}

/** A job as it would be, with every record, and the paths that lacked a mock. */
export type DryRun = {
  readonly job: JobWire
  readonly tree: JobTree
  readonly missing: readonly string[]
}

/** A definition that takes longer than this of the real time is cancelled. */
const MOST_MS = 10_000

/**
 * Runs a job without touching the world: pure blocks run, for others mocks stand, signals and answers are there from the
 * start, and time passes at once. A job that would wait for something that does not come is `waiting`.
 */
export async function dryRun(
  { id, definition }: ParsedJob,
  world: DryWorld,
  registry: Registry,
  { tenant, now, inputs }: DryOrigin,
): Promise<DryRun> {
  const clock = new VirtualClock(now)
  const mocks = new Mocks(world.mocks ?? {}, definition)
  const { name, tags, metadata } = definition
  const blocks = mocked(registry, mocks, clock)
  const names = [...secretsNamed(definition)]
  const known = new Map(names.map((secret) => [secret, { tags: [], hasHosts: true }]))
  const run = createRun(
    planJob(definition, blocks, checkSteps(definition, blocks, known)),
    {
      job: { id: id ?? randomUUID(), tenant, name, tags, metadata },
      createdAt: now,
      clock,
      inputs,
      limits: { ...DEFAULT_LIMITS, stepTimeoutMs: YEAR_MS, jobTimeoutMs: YEAR_MS },
      globals: {},
      log: SILENT,
      random: () => 0,
      idempotencyKey: (path) => path,
    },
    now,
  )
  for (const message of messagesOf(world, now)) deliver(run, message)
  const entries: Entry[] = []
  // No secret is read: what stands for one says its name.
  const secrets = givenSecrets(new Map(names.map((secret) => [secret, { text: `secret ${secret}`, hosts: [] }])))
  const walked = { run, clock, mocks, entries, world, tenant, secrets }
  try {
    const end = (await walk(walked)) === 'over' ? endOf(run) : null
    const tree = new JobTree(definition, treeEntriesOfRun(entries))
    const shown = jobWithStepsToWire(viewOfRun(run, end, 'waiting'), tree, clock.now())
    const job = { ...shown, ...outputProblems(end) }
    return { job, tree, missing: [...mocks.missing] }
  } finally {
    disarmAll(run)
  }
}

/** Sleeps of blocks count for no time-out that a definition does not set itself. */
const YEAR_MS = 366 * 86_400_000

const ignore = (): void => undefined
const SILENT = { debug: ignore, info: ignore, warn: ignore, error: ignore }

type Walk = {
  readonly run: RunState
  readonly clock: VirtualClock
  readonly mocks: Mocks
  readonly entries: Entry[]
  readonly world: DryWorld
  readonly tenant: string
  readonly secrets: GivenSecrets
}

function messagesOf({ signals = {}, answers = {} }: DryWorld, at: number): JobMessage[] {
  const sent = Object.entries(signals).flatMap(([name, bodies]) => bodies.map((body) => ({ name, body })))
  return [
    ...sent.map(({ name, body }, i): JobMessage => ({ kind: 'signal', number: -i - 1, name, body })),
    ...Object.entries(answers).map(([path, value], i) => answerOf(path, value, -sent.length - i - 1, at)),
  ]
}

function answerOf(path: string, value: Json, number: number, at: number): JobMessage {
  return { kind: 'answer', number, path, value, by: 'anonymous', at }
}

async function walk(walked: Walk): Promise<'over' | 'waiting'> {
  const { run, entries, tenant } = walked
  const until = performance.now() + MOST_MS
  for (;;) {
    if (!turns.hasTime()) await turns.next(tenant)
    if (performance.now() > until) cancelRun(run)
    const happened = next(run)
    switch (happened.kind) {
      case 'over':
        return 'over'
      case 'call':
        startCall(happened.frame, walked.secrets)
        break
      case 'idle':
        if (!(await goOn(walked, until))) return 'waiting'
        break
      case 'child':
        endChild(walked, happened)
        break
      case 'orphan':
      case 'stopped':
        break
      default:
        entries.push(happened)
        if (happened.kind === 'waiting') answer(walked, happened.path)
    }
  }
}

/** Waits for what blocks compute, or moves the clock to where something happens. Gives false where nothing ever does. */
async function goOn({ run, clock }: Walk, until: number): Promise<boolean> {
  const { wakes } = clock
  const moments = [wakeAt(run), wakes].filter((moment) => moment !== null)
  if (run.calls > 0 && wakes === null) {
    await woken(run, until)
    return true
  }
  if (moments.length === 0) return false
  if (isResting(run)) pauseTime(run)
  clock.moveTo(Math.min(...moments))
  // What slept goes on in promises of its own.
  if (wakes !== null && wakes <= clock.now() && run.ready.length === 0) await woken(run, until)
  resumeTime(run)
  return true
}

/** Waits until a block is over, or the whole has taken too long. */
async function woken(run: RunState, until: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  await new Promise<void>((resolve) => {
    run.wake = resolve
    timer = setTimeout(resolve, Math.max(0, until - performance.now()))
  })
  clearTimeout(timer)
  run.wake = null
}

/** A step that asks in a round has the answer of its path without the round's number. */
function answer({ run, clock, mocks, world }: Walk, path: string): void {
  const plain = mocks.plain(path)
  const value = world.answers?.[plain]
  if (plain !== path && value !== undefined) deliver(run, answerOf(path, value, -run.told - MANY, clock.now()))
}

/** Beyond the numbers of what is there from the start. */
const MANY = 1_000_000

/** No child job is made: a mock stands for its output, or for how the step fails. */
function endChild({ run, mocks }: Walk, { id, path }: Extract<Command, { kind: 'child' }>): void {
  const number = -run.told - 2 * MANY
  try {
    deliver(run, { kind: 'child', number, id, success: true, output: mocks.stand(path), error: null })
  } catch (error) {
    deliver(run, { kind: 'child', number, id, success: false, output: null, error: errorValue(error), mocked: true })
  }
}

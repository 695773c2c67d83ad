import { createHash, randomUUID } from 'node:crypto'
import { httpBlocks } from '../blocks/http.ts'
import { standardBlocks } from '../blocks/standard.ts'
import type { Block, BlockLog } from '../engine/block.ts'
import type { ParentRef } from '../engine/definition.ts'
import { checkSteps } from '../engine/plan/checks.ts'
import { planJob } from '../engine/plan/plan.ts'
import { writtenSteps } from '../engine/plan/written.ts'
import type { Registry } from '../engine/registeredBlock.ts'
import { createRegistry } from '../engine/registry.ts'
import type { Entry, JobMessage, StepEntry } from '../engine/run/entry.ts'
import { DEFAULT_LIMITS } from '../engine/run/limits.ts'
import { cancelRun, createRun, deliver, endOf, next, startCall } from '../engine/run/run.ts'
import type { Clock, RunLimits } from '../engine/run/runContext.ts'
import type { RunState } from '../engine/run/state.ts'
import { disarmAll, isResting, pauseTime, resumeTime } from '../engine/run/time.ts'
import type { GivenSecrets, KnownSecrets } from '../engine/secrets/given.ts'
import { isFailure } from '../engine/status.ts'
import type { Json, JsonObject } from '../engine/values/json.ts'
import type { OnJobFinish, OnStepUpdate } from '../executor/run/hooks.ts'
import { createOutbound } from '../outbound/dispatcher.ts'
import { systemClock } from '../process/clock.ts'
import { turns } from '../process/turns.ts'
import { givenSecrets } from '../secrets/given.ts'
import { DEFAULT_TENANT } from '../wire/access.ts'
import { errorOfRefusal, MAX_JOBS_IN_LINE, tooDeep } from '../wire/childFailure.ts'
import type { JobWire, StepWire } from '../wire/job.ts'
import { JobTree } from '../wire/jobTree.ts'
import { jobToWire, jobWithStepsToWire, stepToWire } from '../wire/jobView.ts'
import { type ParsedJob, parseJob } from '../wire/parseDefinition.ts'
import { ProblemError } from '../wire/problem.ts'
import { outputProblems, viewOfRun } from '../wire/runView.ts'
import { treeEntriesOfRun } from '../wire/stored.ts'

/** What a run in memory needs beside its definition. */
export type RunJobOptions = {
  /** Blocks beside the standard ones; a registry stands for all that there are, and is made once for many jobs. */
  readonly blocks?: Iterable<Block> | Registry
  readonly globals?: Readonly<Record<string, unknown>>
  /** The next step waits for it. One that throws is logged and changes nothing. */
  readonly onStepUpdate?: OnStepUpdate
  readonly onJobFinish?: OnJobFinish
  /** Where blocks and failed hooks write. Default: nowhere. */
  readonly log?: BlockLog
  readonly limits?: Partial<RunLimits>
  readonly clock?: Clock
  /** More steps in one definition are refused. Default 1,000. */
  readonly maxSteps?: number
  /** Secrets by their names, for `{% secrets.NAME %}`. */
  readonly secrets?: Readonly<Record<string, string>>
  /** Cancels the job when it aborts. */
  readonly signal?: AbortSignal
  /** Signals by their names, each kept until a step takes it. */
  readonly signals?: Readonly<Record<string, readonly Json[]>>
  /** Answers by the paths of the steps that ask. */
  readonly answers?: Readonly<Record<string, Json>>
  /** Lets HTTP.REQUEST reach loopback and private addresses. Default false. */
  readonly allowPrivate?: boolean
}

const ignore = (): void => undefined
const SILENT: BlockLog = { debug: ignore, info: ignore, warn: ignore, error: ignore }

/**
 * Runs a definition in memory, without server or database, and gives the job as the service would tell it.
 *
 * Throws a `ProblemError` with `errors` for a definition that is not valid, and a `RegistryError` for blocks that can't
 * stand together.
 */
export function runJob(definition: unknown, options: RunJobOptions = {}): Promise<JobWire> {
  return runAt(definition, options, null)
}

async function runAt(definition: unknown, options: RunJobOptions, parent: ParentRef | null): Promise<JobWire> {
  const { clock = systemClock, log = SILENT } = options
  const registry = registryFor(options)
  const posted = parseJob(definition, { maxSteps: options.maxSteps ?? 1000, judgeUrl: () => null })
  const parsed = { ...posted, definition: { ...posted.definition, parent } }
  const id = parsed.id ?? randomUUID()
  const { name, tags, metadata } = parsed.definition
  const nonce = randomUUID()
  const createdAt = clock.now()
  const run = createRun(
    planJob(parsed.definition, registry, checkSteps(parsed.definition, registry, knownIn(options))),
    {
      job: { id, tenant: DEFAULT_TENANT, name, tags, metadata },
      createdAt,
      clock,
      limits: { ...DEFAULT_LIMITS, ...options.limits },
      globals: options.globals ?? {},
      log,
      random: Math.random,
      idempotencyKey: (path) => createHash('sha256').update(`${nonce}/${path}`).digest('base64url'),
    },
    createdAt,
  )
  const cancel = (): void => cancelRun(run)
  options.signal?.addEventListener('abort', cancel, { once: true })
  if (options.signal?.aborted) cancel()
  const walked: Walk = { run, id, parsed, options, log, children: new Map(), ends: 0 }
  for (const message of messagesOf(options)) deliver(run, message)
  try {
    return await walk(walked)
  } finally {
    options.signal?.removeEventListener('abort', cancel)
    disarmAll(run)
    for (const child of walked.children.values()) child.abort()
  }
}

/** HTTP.REQUEST without a service around it: each request opens a way out of its own, and closes it. */
const httpOf = (allowPrivate: boolean): readonly Block[] =>
  httpBlocks({
    request: async (request) => {
      await using outbound = createOutbound({ allowPrivate })
      return await outbound.request(request)
    },
  })
const guarded = [...standardBlocks, ...httpOf(false)]
const unguarded = [...standardBlocks, ...httpOf(true)]

/** The standard blocks and those that were given, or the registry that was. */
export function registryFor({ blocks = [], allowPrivate = false }: RunJobOptions): Registry {
  if ('match' in blocks) return blocks
  return createRegistry([...(allowPrivate ? unguarded : guarded), ...blocks])
}

function secretsOf({ secrets = {} }: RunJobOptions): Map<string, { text: string; hosts: readonly string[] }> {
  return new Map(Object.entries(secrets).map(([name, text]) => [name, { text, hosts: [] }]))
}

function knownIn(options: RunJobOptions): KnownSecrets {
  return new Map([...secretsOf(options).keys()].map((name) => [name, { tags: [], hasHosts: false }]))
}

function givenIn(options: RunJobOptions): GivenSecrets {
  return givenSecrets(secretsOf(options))
}

type Walk = {
  readonly run: RunState
  readonly id: string
  readonly parsed: ParsedJob
  readonly options: RunJobOptions
  readonly log: BlockLog
  /** Cancels each child job. */
  readonly children: Map<string, AbortController>
  /** Ends of child jobs that it was told of: each message has a number of its own. */
  ends: number
}

/** Signals and answers that are there from the start. */
function messagesOf({ signals = {}, answers = {} }: RunJobOptions): JobMessage[] {
  const messages: JobMessage[] = []
  for (const [name, bodies] of Object.entries(signals)) {
    for (const body of bodies) messages.push({ kind: 'signal', number: -messages.length - 1, name, body })
  }
  for (const [path, value] of Object.entries(answers)) {
    messages.push({ kind: 'answer', number: -messages.length - 1, path, value, by: 'anonymous', at: Date.now() })
  }
  return messages
}

async function walk(walked: Walk): Promise<JobWire> {
  const { run, options } = walked
  const entries: Entry[] = []
  for (;;) {
    const happened = next(run)
    if (happened.kind === 'over') break
    if (happened.kind === 'call') startCall(happened.frame, givenIn(options))
    else if (happened.kind === 'idle') await woken(run)
    else if (happened.kind === 'child') void runChild(walked, happened)
    else if (happened.kind === 'orphan') walked.children.get(happened.id)?.abort()
    else if (happened.kind !== 'stopped') {
      entries.push(happened)
      if (happened.kind === 'step' && options.onStepUpdate !== undefined)
        await callStepHook(walked, options.onStepUpdate, happened)
    }
    if (!turns.hasTime()) await turns.next(DEFAULT_TENANT)
  }
  return conclude(walked, entries)
}

/** Runs a child job beside its parent, which hears of its end. */
async function runChild(
  walked: Walk,
  { id, path, job }: { readonly id: string; readonly path: string; readonly job: JsonObject },
): Promise<void> {
  const { run, id: jobId, parsed, options, children } = walked
  const abort = new AbortController()
  children.set(id, abort)
  const parent = { jobId, step: path, depth: (parsed.definition.parent?.depth ?? 0) + 1 }
  const end = await endOfChild({ ...job, id }, { ...options, signal: abort.signal, onStepUpdate: ignore }, parent)
  deliver(run, { kind: 'child', number: ++walked.ends, id, ...end })
}

type ChildEnd = { readonly success: boolean; readonly output: Json; readonly error: Json }

async function endOfChild(job: JsonObject, options: RunJobOptions, parent: ParentRef): Promise<ChildEnd> {
  if (parent.depth >= MAX_JOBS_IN_LINE) return { success: false, output: null, error: tooDeep(parent.jobId) }
  try {
    const { success, output, error } = await runAt(job, { ...options, onJobFinish: ignore }, parent)
    const told = error === null ? null : { type: error.type, message: error.message, step: error.step }
    return { success: success === true, output, error: told }
  } catch (thrown) {
    if (!(thrown instanceof ProblemError)) throw thrown
    return { success: false, output: null, error: errorOfRefusal(thrown) }
  }
}

/** Waits until something can go on: a block is over, a moment has come, the job is cancelled. */
async function woken(run: RunState): Promise<void> {
  if (isResting(run)) pauseTime(run)
  await new Promise<void>((resolve) => {
    run.wake = resolve
  })
  run.wake = null
  resumeTime(run)
}

async function conclude(walked: Walk, entries: readonly Entry[]): Promise<JobWire> {
  const { run, options } = walked
  const end = endOf(run)
  const view = viewOfRun(run, end)
  const { onJobFinish } = options
  if (onJobFinish !== undefined) {
    const failed = stepWire(
      walked,
      entries.findLast(
        (entry): entry is StepEntry =>
          entry.kind === 'step' && entry.path === view.failedStep && isFailure(entry.status),
      ),
    )
    await callHook(walked, 'onJobFinish', () => onJobFinish(jobToWire(view), failed))
  }
  const tree = new JobTree(view.definition, treeEntriesOfRun(entries))
  return { ...jobWithStepsToWire(view, tree, run.context.clock.now()), ...outputProblems(end) }
}

function callStepHook(walked: Walk, onStepUpdate: OnStepUpdate, entry: StepEntry): Promise<void> {
  const step = stepWire(walked, entry)
  if (step === null) throw new TypeError('the definition has no such step')
  return callHook(walked, 'onStepUpdate', () => onStepUpdate(jobToWire(viewOfRun(walked.run, null)), step))
}

function stepWire({ parsed }: Walk, entry: StepEntry | undefined): StepWire | null {
  const written = entry === undefined ? undefined : writtenSteps(parsed.definition)[entry.written]
  return written === undefined || entry === undefined ? null : stepToWire(written, entry)
}

async function callHook({ log }: Walk, hook: string, call: () => void | Promise<void>): Promise<void> {
  try {
    await call()
  } catch (error) {
    log.error(`the hook ${hook} threw`, { err: error })
  }
}

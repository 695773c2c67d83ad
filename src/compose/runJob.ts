import { createHash, randomUUID } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { httpBlocks } from '../blocks/http.ts'
import { standardBlocks } from '../blocks/standard.ts'
import { systemClock } from '../process/clock.ts'
import type { Block, BlockLog } from '../engine/block.ts'
import type { JsonObject } from '../engine/values/json.ts'
import { DEFAULT_LIMITS } from '../engine/run/limits.ts'
import { planJob } from '../engine/plan/plan.ts'
import { createRegistry, type Registry } from '../engine/plan/registry.ts'
import { advance, cancelRun, createRun, endOf, type RunEnd } from '../engine/run/run.ts'
import type { Clock, Limits, RunState, StepOutcome } from '../engine/run/state.ts'
import type { OnJobFinish, OnStepUpdate } from '../executor/run/hooks.ts'
import { createOutbound } from '../outbound/dispatcher.ts'
import { DEFAULT_TENANT } from '../wire/access.ts'
import type { JobWire, StepWire } from '../wire/job.ts'
import { type JobView, jobToWire, jobWithStepsToWire, stepToWire } from '../wire/jobView.ts'
import { type ParsedJob, parseJob } from '../wire/parseDefinition.ts'

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
  readonly limits?: Partial<Limits>
  readonly clock?: Clock
  /** More steps in one definition are refused. Default 1,000. */
  readonly maxSteps?: number
  /** Cancels the job when it aborts. */
  readonly signal?: AbortSignal
  /** Lets HTTP.REQUEST reach loopback and private addresses. Default false. */
  readonly allowPrivate?: boolean
}

const SLICE_MS = 5
const ignore = (): void => undefined
const SILENT: BlockLog = { debug: ignore, info: ignore, warn: ignore, error: ignore }

/**
 * Runs a definition in memory, without server or database, and gives the job as the service would tell it.
 *
 * Throws a `ProblemError` with `errors` for a definition that is not valid, and a `RegistryError` for blocks that can't
 * stand together.
 */
export async function runJob(definition: unknown, options: RunJobOptions = {}): Promise<JobWire> {
  const { clock = systemClock, log = SILENT } = options
  const registry = registryFor(options)
  const parsed = parseJob(definition, { maxSteps: options.maxSteps ?? 1000, judgeUrl: () => null })
  const id = parsed.id ?? randomUUID()
  const { name, tags, metadata } = parsed.definition
  const nonce = randomUUID()
  const createdAt = clock.now()
  const run = createRun(
    planJob(parsed.definition, registry),
    {
      job: { id, tenant: DEFAULT_TENANT, name, tags, metadata },
      createdAt,
      clock,
      limits: { ...DEFAULT_LIMITS, ...options.limits },
      globals: options.globals ?? {},
      log,
      idempotencyKey: (position) => createHash('sha256').update(`${nonce}/${position}`).digest('base64url'),
    },
    createdAt,
  )
  const cancel = (): void => cancelRun(run)
  options.signal?.addEventListener('abort', cancel, { once: true })
  if (options.signal?.aborted) cancel()
  try {
    return await walk({ run, id, parsed, options, log })
  } finally {
    options.signal?.removeEventListener('abort', cancel)
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

function registryFor({ blocks = [], allowPrivate = false }: RunJobOptions): Registry {
  if ('match' in blocks) return blocks
  return createRegistry([...(allowPrivate ? unguarded : guarded), ...blocks])
}

type Walk = {
  readonly run: RunState
  readonly id: string
  readonly parsed: ParsedJob
  readonly options: RunJobOptions
  readonly log: BlockLog
}

async function walk(walked: Walk): Promise<JobWire> {
  const { run, options } = walked
  const ends = new Map<number, StepOutcome>()
  let sliceEnds = performance.now() + SLICE_MS
  for (;;) {
    const next = advance(run)
    const event = next instanceof Promise ? await next : next
    if (event.type === 'ended') break
    if (event.type !== 'settled') continue
    ends.set(event.outcome.position, event.outcome)
    if (options.onStepUpdate !== undefined) await callStepHook(walked, options.onStepUpdate, event.outcome)
    if (performance.now() > sliceEnds) {
      await setImmediate()
      sliceEnds = performance.now() + SLICE_MS
    }
  }
  const view = viewOf(walked, endOf(run))
  const { onJobFinish } = options
  if (onJobFinish !== undefined) {
    const failed = stepWire(walked, ends.get(run.failedPosition ?? 0))
    await callHook(walked, 'onJobFinish', () => onJobFinish(jobToWire(view), failed))
  }
  return jobWithStepsToWire(view, ends)
}

function callStepHook(walked: Walk, onStepUpdate: OnStepUpdate, outcome: StepOutcome): Promise<void> {
  const step = stepWire(walked, outcome) as StepWire
  return callHook(walked, 'onStepUpdate', () => onStepUpdate(jobToWire(viewOf(walked, null)), step))
}

function stepWire({ parsed }: Walk, outcome: StepOutcome | undefined): StepWire | null {
  const step = parsed.definition.steps[(outcome?.position ?? 0) - 1]
  return step === undefined ? null : stepToWire(step, outcome)
}

async function callHook({ log }: Walk, hook: string, call: () => void | Promise<void>): Promise<void> {
  try {
    await call()
  } catch (error) {
    log.error(`the hook ${hook} threw`, { err: error })
  }
}

function viewOf({ run, id, parsed }: Walk, end: RunEnd | null): JobView {
  const failed = run.failedPosition === null ? null : (parsed.definition.steps[run.failedPosition - 1]?.id ?? null)
  return {
    id,
    definition: parsed.definition,
    state: end?.state ?? 'running',
    createdAt: run.startedAt,
    startedAt: run.startedAt,
    finishedAt: end === null ? null : run.context.clock.now(),
    failedStep: failed,
    currentStep: null,
    variables: JSON.parse(run.variablesText) as JsonObject,
    output: end?.output == null ? null : JSON.parse(end.output),
    outputOmitted: end?.outputOmitted ?? false,
  }
}

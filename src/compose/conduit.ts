import type { FastifyInstance } from 'fastify'
import { JobTokens } from '../access/jobTokens.ts'
import { Keyring } from '../access/keyring.ts'
import { LimitBook } from '../access/limitBook.ts'
import { MessageBudget } from '../access/messageBudget.ts'
import { RequestBudget } from '../access/requestBudget.ts'
import { Revocations } from '../access/revocations.ts'
import { Sessions } from '../access/sessions.ts'
import { StoredBytes } from '../access/storedBytes.ts'
import { StreamBudget } from '../access/streamBudget.ts'
import { UnsentAnswers } from '../access/unsentAnswers.ts'
import { allStandardBlocks } from '../blocks/standard.ts'
import { listOf } from '../config/listOf.ts'
import { misspelledSettings } from '../config/misspelled.ts'
import { weakSettings } from '../config/weak.ts'
import { readConfig } from '../config/read.ts'
import type { Config } from '../config/settings.ts'
import { Versions } from '../definitions/versions.ts'
import type { Block } from '../engine/block.ts'
import type { Registry } from '../engine/registeredBlock.ts'
import { compileSchemas, createRegistry } from '../engine/registry.ts'
import { Executor } from '../executor/executor.ts'
import type { ExecutorOptions } from '../executor/options.ts'
import type { OnJobFinish, OnStepUpdate } from '../executor/run/hooks.ts'
import { Feed } from '../feed/feed.ts'
import { buildServer } from '../http/server.ts'
import { EventStreams } from '../http/stream/streams.ts'
import { blockLogOf, createLog, type Logger, logTelemetry } from '../logging.ts'
import { collectMetrics, type Metrics } from '../metrics/metrics.ts'
import { logOutages } from '../outages.ts'
import { createOutbound } from '../outbound/dispatcher.ts'
import { openLogOutput } from '../process/logOutput.ts'
import { TenantPermits } from '../process/tenantPermits.ts'
import { startRetention } from '../retention/retention.ts'
import { AnswerLinks } from '../secrets/answerLinks.ts'
import type { SecretBox } from '../secrets/box.ts'
import { SecretShelf } from '../secrets/shelf.ts'
import { BATCH_JOBS_OF_TENANT } from '../service/batches/submit.ts'
import { makesChildren } from '../service/jobs/child.ts'
import { createService, type Service } from '../service/service.ts'
import { createSignals, type Signals } from '../signals.ts'
import { Telemetry } from '../telemetry.ts'
import { callbackRoot } from '../webhooks/callbackRoot.ts'
import { Deliverer, type DelivererOptions } from '../webhooks/deliverer.ts'
import { callersOf } from './askFor.ts'
import { loadBlocks } from './blocks.ts'
import { boundDrain } from './closing.ts'
import { openStore } from './database.ts'
import type { Definitions } from './definitions.ts'
import { doorsOf } from './doors.ts'
import type { Jobs } from './jobs.ts'
import { type Around, listenOn } from './listening.ts'
import { startServiceLoops } from './loops.ts'
import { delivererOptions, executorOptions, judgedBy, originRules, secretBoxOf } from './options.ts'
import type { Questions } from './questions.ts'
import type { Schedules } from './schedules.ts'
import type { Secrets } from './secrets.ts'
import { readyToAccept, readyToParse } from './warming.ts'

/** What an embedder can say; everything has a default. */
export type ConduitOptions = {
  /** Settings by the names of the environment's variables, over their defaults. `process.env` is not read. */
  readonly settings?: Readonly<Record<string, string | undefined>>
  /** Blocks beside the standard ones and those of the modules in `BLOCKS`. */
  readonly blocks?: Iterable<Block>
  /** What blocks get as `globals`; out of reach of definitions. */
  readonly globals?: Readonly<Record<string, unknown>>
  /** Called after the commit of each step, by the replica that ran it, in order, at most once. */
  readonly onStepUpdate?: OnStepUpdate
  /** Called after the commit of a job's end. */
  readonly onJobFinish?: OnJobFinish
  /** Default: JSON lines on standard output, at `LOG_LEVEL`. */
  readonly log?: Logger
  /** Listens to what happens inside; default: nobody. */
  readonly telemetry?: Telemetry
}

/** A service, opened and working, not yet listening. `close` (or `await using`) drains it. */
export type Conduit = AsyncDisposable & {
  readonly config: Config
  readonly telemetry: Telemetry
  /** Where data lives, in words. */
  readonly database: string
  /** Jobs for the program itself, by the same rules as over HTTP. */
  readonly jobs: Jobs
  /** What jobs ask people. */
  readonly questions: Questions
  readonly definitions: Definitions
  readonly schedules: Schedules
  readonly secrets: Secrets
  /** The HTTP side: `inject` it, or `listen`. */
  readonly http: FastifyInstance
  /** Listens on `HOST` and `PORT`; gives the address. Throws a `ConfigError` beyond loopback without keys. */
  listen(): Promise<string>
  /** Refuses new jobs, lets running steps end for `SHUTDOWN_SECONDS`, gives the rest back, closes everything. */
  close(): Promise<void>
}

/**
 * Opens everything on one stack; closing goes through it in reverse order, and that order is the shutdown: who waits is
 * answered, jobs and attempts to deliver drain, the HTTP side closes, then what they stand on.
 *
 * Throws a `ConfigError`, a `RegistryError`, a `BlockModuleError`, an `EmbeddedServerError` or a `MigrationError` where
 * the service can't be started as it is.
 */
export async function createConduit(options: ConduitOptions = {}): Promise<Conduit> {
  const config = readConfig(options.settings ?? {})
  const log = options.log ?? createLog(config.LOG_LEVEL, await openLogOutput(config.LOG_FORMAT ?? 'json'))
  const telemetry = options.telemetry ?? new Telemetry()
  for (const { name, meant } of misspelledSettings(options.settings ?? {})) {
    log.warn({ setting: name, meant }, `${name} is no setting; did you mean ${meant}?`)
  }
  for (const { name, why } of weakSettings(config)) log.warn({ setting: name }, why)
  await using stack = new AsyncDisposableStack()
  const base: Base = {
    config,
    log,
    telemetry,
    signals: createSignals(),
    stack,
    allowPrivate: config.WEBHOOK_ALLOW_PRIVATE === 'true',
    secrets: secretBoxOf(config),
  }
  const outbound = stack.use(createOutbound(base))
  const loaded = await loadBlocks(listOf(config.BLOCKS))
  const standardBlocks = allStandardBlocks(outbound)
  const standard = new Set(standardBlocks.map(({ action }) => action))
  const own = [...loaded.blocks, ...(options.blocks ?? [])]
  const registry = createRegistry([...standardBlocks, ...own])
  compileSchemas(registry, own)
  const [store] = await Promise.all([openStore(base), readyToParse()])
  const gauges = { database: store.database, telemetry, retentionDays: config.JOB_RETENTION_DAYS }
  const metrics = collectMetrics(telemetry, gauges)
  logTelemetry(telemetry, log, (action) => standard.has(action))
  logOutages(telemetry, log)
  const access = await openAccess(base, store)
  const hooks = { onStepUpdate: options.onStepUpdate, onJobFinish: options.onJobFinish }
  const globals = { ...loaded.globals, ...options.globals }
  const isShared = (): boolean => access.keyring.shared
  const workers = await openWorkers(base, store, { registry, hooks, globals, outbound, isShared })
  void readyToAccept(store.database)
  const service = openService(base, { ...store, ...access, ...workers, registry })
  const http = await openHttp(base, { ...store, ...access, ...workers, service, metrics })
  await workers.executor.leaseKept
  const doors = doorsOf(service, callersOf(access.limits))
  const parts = { config, telemetry, http, ...doors, database: store.location.description }
  return opened(stack.move(), parts, { keyring: access.keyring, whenReady: store.database.loadModels })
}

/** What everything is opened with. */
type Base = {
  readonly config: Config
  readonly log: Logger
  readonly telemetry: Telemetry
  readonly signals: Signals
  readonly stack: AsyncDisposableStack
  readonly allowPrivate: boolean
  /** Seals secrets at rest. */
  readonly secrets: SecretBox
}

type Store = Awaited<ReturnType<typeof openStore>>

/** Who may come in, and how much they may do. */
async function openAccess({ config, telemetry, stack, secrets }: Base, { database }: Store) {
  const keyring = await Keyring.open({ database, telemetry })
  stack.defer(() => keyring.close())
  const revocations = new Revocations(database, telemetry)
  stack.defer(() => revocations.close())
  return {
    keyring,
    revocations,
    tokens: await JobTokens.open(database, secrets),
    sessions: await Sessions.open(database, secrets, config.PUBLIC_URL?.startsWith('https:') ?? false),
    limits: new LimitBook(database, telemetry),
    budget: new RequestBudget(database, telemetry),
    batchPermits: new TenantPermits(BATCH_JOBS_OF_TENANT),
    storedBytes: new StoredBytes(database, telemetry),
    messageBudget: new MessageBudget(database, telemetry),
    answers: new UnsentAnswers({ minBytesPerSecond: config.MIN_READ_BYTES_PER_SECOND }),
  }
}

type Given = Pick<ExecutorOptions, 'registry' | 'hooks' | 'globals' | 'isShared'> & Pick<DelivererOptions, 'outbound'>

/** What runs jobs, and what tells of them. */
async function openWorkers(
  { config, log, telemetry, signals, stack, secrets }: Base,
  { database, location }: Store,
  { outbound, ...given }: Given,
) {
  const versions = new Versions(database)
  stack.defer(() => versions.close())
  const feed = new Feed({ database, versions, directUrl: location.directUrl, telemetry, signals })
  stack.defer(() => feed.close())
  const links = await AnswerLinks.open(database, secrets, config.PUBLIC_URL ?? null)
  const shelf = new SecretShelf(database, telemetry, secrets)
  stack.defer(() => shelf.close())
  const executing = {
    ...executorOptions(config),
    ...given,
    live: feed.live,
    versions,
    database,
    telemetry,
    signals,
    shelf,
    log: blockLogOf(log),
    waitUrl: links.urlOf,
  }
  const executor = await Executor.start({ ...executing, connectionString: location.url })
  stack.defer(() => executor.close())
  const deliverer = new Deliverer({
    ...delivererOptions(config),
    database,
    versions,
    telemetry,
    signals,
    outbound,
    replica: () => executor.replica,
    now: () => executor.now(),
    box: secrets,
    answerUrl: links.urlOf,
    callbackRoot: config.WEBHOOK_SECRET ?? (await callbackRoot(database, secrets)),
  })
  stack.defer(() => deliverer.close())
  const days = { jobs: config.JOB_RETENTION_DAYS, audit: config.AUDIT_RETENTION_DAYS }
  const retention = startRetention(database, telemetry, days)
  stack.defer(() => retention.stop())
  const streamBudget = new StreamBudget(database, telemetry, signals, () => executor.replica)
  return { versions, feed, executor, secrets, shelf, links, deliverer, streamBudget }
}

type Parts = Store & Awaited<ReturnType<typeof openAccess>> & Awaited<ReturnType<typeof openWorkers>>

/** What callers may do, for every door. */
function openService(
  { config, allowPrivate, telemetry, signals, stack }: Base,
  parts: Parts & { readonly registry: Registry },
): Service {
  const rules = { maxSteps: config.MAX_STEPS, judgeUrl: judgedBy(allowPrivate) }
  const now = (): number => parts.executor.now()
  const deps = {
    ...parts,
    rules,
    now,
    valueLimitBytes: config.VALUE_LIMIT_BYTES,
    bodyLimitBytes: config.BODY_LIMIT_BYTES,
    wakeDeliverer: parts.deliverer.wake,
    wakeClaimer: () => signals.queuedElsewhere.give(),
  }
  parts.executor.makeChildrenBy(makesChildren(deps))
  stack.defer(startServiceLoops(parts.database, telemetry, deps))
  return createService(deps)
}

type Served = Parts & { readonly service: Service; readonly metrics: Metrics }

/** The HTTP side, and the order in which all of it is left. */
async function openHttp({ config, log, telemetry, signals, stack }: Base, parts: Served): Promise<FastifyInstance> {
  const { service, keyring, tokens, sessions, revocations, limits, budget, executor, feed, deliverer, metrics } = parts
  const streams = new EventStreams({ feed, telemetry, signals })
  const http = await buildServer({
    deps: {
      ...{ service, keyring, tokens, sessions, revocations, limits, budget, streams, answers: parts.answers },
      batchLimitBytes: config.BATCH_LIMIT_BYTES,
      now: () => executor.now(),
      isDraining: () => executor.isDraining,
    },
    metrics,
    telemetry,
    log,
    bodyLimitBytes: config.BODY_LIMIT_BYTES,
    origins: originRules(config),
  })
  http.addHook('preClose', () => streams.drain())
  await http.ready()
  // It goes on listening while jobs drain, so that probes and clients are told so (503) instead of finding nobody there.
  stack.defer(() => http.close())
  stack.defer(() => executor.close())
  stack.defer(() => {
    feed.release()
    void streams.drain()
    const work = Promise.all([executor.beginDrain(), deliverer.close()])
    return boundDrain({ shutdownSeconds: config.SHUTDOWN_SECONDS, work, database: parts.database, http })
  })
  return http
}

function opened(
  stack: AsyncDisposableStack,
  parts: Omit<Conduit, 'listen' | 'close' | typeof Symbol.asyncDispose>,
  around: Around,
): Conduit {
  const close = (): Promise<void> => stack.disposeAsync()
  const listen = (): Promise<string> => listenOn(parts, around)
  return { ...parts, listen, close, [Symbol.asyncDispose]: close }
}

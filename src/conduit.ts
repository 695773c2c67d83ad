import type { FastifyInstance } from 'fastify'
import { JobTokens } from './access/jobTokens.ts'
import { LimitBook } from './access/limitBook.ts'
import { RequestBudget } from './access/requestBudget.ts'
import { Revocations } from './access/revocations.ts'
import { StoredBytes } from './access/storedBytes.ts'
import { StreamBudget } from './access/streamBudget.ts'
import { Keyring } from './access/keyring.ts'
import { refuseOpenListening } from './access/openListening.ts'
import { allStandardBlocks } from './blocks/standard.ts'
import { type Config, listOf, readConfig, withSetting } from './config.ts'
import type { Block } from './engine/block.ts'
import { createRegistry } from './engine/registry.ts'
import { Executor, type ExecutorOptions } from './executor/executor.ts'
import type { OnJobFinish, OnStepUpdate } from './executor/hooks.ts'
import { Feed } from './feed/feed.ts'
import { EventStreams } from './http/events/streams.ts'
import { buildServer } from './http/server.ts'
import { loadBlocks } from './loadBlocks.ts'
import { blockLogOf, createLog, type Logger, logTelemetry } from './logging.ts'
import { startRetention } from './maintenance/retention.ts'
import { collectMetrics } from './metrics.ts'
import { judgeUrl } from './outbound/addresses.ts'
import { createOutbound } from './outbound/dispatcher.ts'
import { OutboundError } from './outbound/errors.ts'
import { openPlace } from './place.ts'
import { openDatabase } from './store/client.ts'
import { openJobList } from './store/jobList.ts'
import { migrate } from './store/migrate.ts'
import { Telemetry } from './telemetry.ts'
import { callbackRoot } from './webhooks/callbackRoot.ts'
import { Deliverer, type DelivererOptions } from './webhooks/deliverer.ts'
import { parseSchedule } from './webhooks/schedule.ts'
import { createSecretBox } from './webhooks/secretBox.ts'

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
  /** The HTTP side: `inject` it, or `listen`. */
  readonly http: FastifyInstance
  /** Listens on `HOST` and `PORT`; gives the address. Throws a `ConfigError` beyond loopback without keys. */
  listen(): Promise<string>
  /** Refuses new jobs, lets running steps end for `SHUTDOWN_SECONDS`, gives the rest back, closes everything. */
  close(): Promise<void>
}

/**
 * Opens everything on one stack; closing goes through it in reverse order, and that order is the shutdown: who waits is
 * answered, attempts to deliver end, jobs drain, the HTTP side closes, then what they stand on.
 *
 * Throws a `ConfigError`, a `RegistryError`, a `BlockModuleError`, an `EmbeddedServerError` or a `MigrationError` where
 * the service can't be started as it is.
 */
export async function createConduit(options: ConduitOptions = {}): Promise<Conduit> {
  const config = readConfig(options.settings ?? {})
  const log = options.log ?? createLog(config.LOG_LEVEL)
  const telemetry = options.telemetry ?? new Telemetry()
  await using opening = new AsyncDisposableStack()
  const allowPrivate = config.WEBHOOK_ALLOW_PRIVATE === 'true'
  const outbound = opening.use(createOutbound({ allowPrivate }))
  const loaded = await loadBlocks(listOf(config.BLOCKS))
  const registry = createRegistry([...allStandardBlocks(outbound), ...loaded.blocks, ...(options.blocks ?? [])])

  const place = await openPlace(config, log, opening)
  await withSetting(place.setting, () => migrate(place.directUrl))
  const database = openDatabase({
    connectionString: place.url,
    timeoutMs: statementTimeoutMs(config),
    onIdleError: (error) => telemetry.emit('databaseFailed', { during: 'waiting', error }),
  })
  opening.defer(() => database.close())
  const jobList = openJobList(database.pool)
  opening.defer(() => jobList.close())
  const metrics = collectMetrics(telemetry)
  logTelemetry(telemetry, log)

  const keyring = await Keyring.open({ database, telemetry })
  opening.defer(() => keyring.close())
  const revocations = new Revocations(database, telemetry)
  opening.defer(() => revocations.close())
  const limits = new LimitBook(database, telemetry)
  const budget = new RequestBudget(database, telemetry)
  const feed = new Feed({ database, directUrl: place.directUrl, telemetry })
  opening.defer(() => feed.close())
  const hooks = { onStepUpdate: options.onStepUpdate, onJobFinish: options.onJobFinish }
  const globals = { ...loaded.globals, ...options.globals }
  const [executor] = await Promise.all([
    Executor.start({
      ...executorOptions(config),
      database,
      connectionString: place.url,
      registry,
      telemetry,
      hooks,
      globals,
      log: blockLogOf(log),
    }),
    jobList.warm(),
  ])
  opening.defer(() => executor.close())
  const secrets = createSecretBox(config.SECRETS_KEY)
  const deliverer = new Deliverer({
    ...delivererOptions(config),
    database,
    telemetry,
    outbound,
    replica: () => executor.replica,
    now: () => executor.now(),
    box: secrets,
    callbackRoot: config.WEBHOOK_SECRET ?? (await callbackRoot(database)),
  })
  opening.defer(() => deliverer.close())
  const retention = startRetention(database, telemetry, {
    jobs: config.JOB_RETENTION_DAYS,
    audit: config.AUDIT_RETENTION_DAYS,
  })
  opening.defer(() => retention.stop())

  const tokens = await JobTokens.open(database)
  const streams = new EventStreams({ feed, telemetry })
  const rules = { maxSteps: config.MAX_STEPS, judgeUrl: judgedBy(allowPrivate) }
  const http = await buildServer({
    deps: {
      database,
      jobList,
      executor,
      feed,
      streams,
      keyring,
      tokens,
      revocations,
      limits,
      budget,
      streamBudget: new StreamBudget(database, telemetry, () => executor.replica),
      storedBytes: new StoredBytes(database, telemetry),
      registry,
      rules,
      secrets,
      wakeDeliverer: deliverer.wake,
    },
    metrics,
    log,
    bodyLimitBytes: config.BODY_LIMIT_BYTES,
    corsOrigins: listOf(config.CORS_ORIGINS),
  })
  http.addHook('preClose', () => streams.drain())
  await http.ready()
  // It goes on listening while jobs drain, so that probes and clients are told so (503) instead of finding nobody there.
  opening.defer(() => http.close())
  opening.defer(() => executor.close())
  opening.defer(() => deliverer.close())
  opening.defer(() => {
    executor.beginDrain()
    deliverer.beginDrain()
    feed.release()
    void streams.drain()
  })
  return opened(opening.move(), { config, telemetry, http, database: place.description }, keyring)
}

function opened(
  stack: AsyncDisposableStack,
  parts: Pick<Conduit, 'config' | 'telemetry' | 'http' | 'database'>,
  keyring: Keyring,
): Conduit {
  const { config, http } = parts
  const close = (): Promise<void> => stack.disposeAsync()
  const listen = async (): Promise<string> => {
    await refuseOpenListening(config, keyring)
    const { HOST: host, PORT: port } = config
    return withSetting(`HOST=${host}, PORT=${port}`, () =>
      http.listen({ host, port, listenTextResolver: (address) => `listening on ${address}` }),
    )
  }
  return { ...parts, listen, close, [Symbol.asyncDispose]: close }
}

/** A line that is silent for twice the lease is given up; on a short lease a busy server still gets its time. */
function statementTimeoutMs({ LEASE_SECONDS }: Config): number {
  return Math.min(Math.max(LEASE_SECONDS * 2000, 3000), 30_000)
}

/** A drain waits no longer than this for attempts in flight: their messages lose nothing when they are given back. */
const DELIVERY_PATIENCE_MS = 5000

function delivererOptions(
  config: Config,
): Pick<DelivererOptions, 'leaseSeconds' | 'schedule' | 'timeoutMs' | 'patienceMs'> {
  return {
    leaseSeconds: config.LEASE_SECONDS,
    schedule: parseSchedule(config.WEBHOOK_RETRY_SCHEDULE),
    timeoutMs: config.WEBHOOK_TIMEOUT_SECONDS * 1000,
    patienceMs: Math.min(DELIVERY_PATIENCE_MS, config.SHUTDOWN_SECONDS * 1000),
  }
}

function executorOptions(
  config: Config,
): Pick<ExecutorOptions, 'limits' | 'concurrency' | 'leaseSeconds' | 'maxTakeovers' | 'maxQueued' | 'shutdownSeconds'> {
  return {
    limits: {
      valueBytes: config.VALUE_LIMIT_BYTES,
      variablesBytes: config.VARIABLES_LIMIT_BYTES,
      jobBytes: config.JOB_LIMIT_BYTES,
      stepTimeoutMs: config.STEP_TIMEOUT_SECONDS * 1000,
      jobTimeoutMs: config.JOB_TIMEOUT_SECONDS * 1000,
    },
    concurrency: config.CONCURRENCY,
    leaseSeconds: config.LEASE_SECONDS,
    maxTakeovers: config.MAX_TAKEOVERS,
    maxQueued: config.MAX_QUEUED,
    shutdownSeconds: config.SHUTDOWN_SECONDS,
  }
}

function judgedBy(allowPrivate: boolean): (url: string) => string | null {
  return (url) => {
    try {
      judgeUrl(url, { allowPrivate })
      return null
    } catch (error) {
      if (error instanceof OutboundError) return error.message
      throw error
    }
  }
}

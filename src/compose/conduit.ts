import type { FastifyInstance } from 'fastify'
import { allStandardBlocks } from '../blocks/standard.ts'
import { listOf } from '../config/listOf.ts'
import { misspelledSettings } from '../config/misspelled.ts'
import { readConfig } from '../config/read.ts'
import type { Config } from '../config/settings.ts'
import { weakSettings } from '../config/weak.ts'
import type { Block } from '../engine/block.ts'
import { compileSchemas, createRegistry } from '../engine/registry.ts'
import type { OnJobFinish, OnStepUpdate } from '../executor/run/hooks.ts'
import { createLog, type Logger, logTelemetry } from '../logging.ts'
import { collectMetrics } from '../metrics/metrics.ts'
import { logOutages } from '../outages.ts'
import { createOutbound } from '../outbound/dispatcher.ts'
import { openLogOutput } from '../process/logOutput.ts'
import { createSignals } from '../signals.ts'
import { Telemetry } from '../telemetry.ts'
import { openAccess } from './access.ts'
import { callersOf } from './askFor.ts'
import type { Base } from './base.ts'
import { loadBlocks } from './blocks.ts'
import { openStore } from './database.ts'
import type { Definitions } from './definitions.ts'
import { doorsOf } from './doors.ts'
import type { Jobs } from './jobs.ts'
import { type Around, listenOn } from './listening.ts'
import { secretBoxOf } from './options.ts'
import type { Questions } from './questions.ts'
import type { Schedules } from './schedules.ts'
import type { Secrets } from './secrets.ts'
import { openHttp, openService } from './serving.ts'
import { readyToAccept, readyToParse } from './warming.ts'
import { openWorkers } from './workers.ts'

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

function opened(
  stack: AsyncDisposableStack,
  parts: Omit<Conduit, 'listen' | 'close' | typeof Symbol.asyncDispose>,
  around: Around,
): Conduit {
  const close = (): Promise<void> => stack.disposeAsync()
  const listen = (): Promise<string> => listenOn(parts, around)
  return { ...parts, listen, close, [Symbol.asyncDispose]: close }
}

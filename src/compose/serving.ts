import type { FastifyInstance } from 'fastify'
import type { Registry } from '../engine/registeredBlock.ts'
import { buildServer } from '../http/server.ts'
import { EventStreams } from '../http/stream/streams.ts'
import type { Metrics } from '../metrics/metrics.ts'
import { makesChildren } from '../service/jobs/child.ts'
import { createService, type Service } from '../service/service.ts'
import type { Access } from './access.ts'
import type { Base } from './base.ts'
import { boundDrain } from './closing.ts'
import type { Store } from './database.ts'
import { startServiceLoops } from './loops.ts'
import { judgedBy, originRules } from './options.ts'
import type { Workers } from './workers.ts'

type Parts = Store & Access & Workers

/** What callers may do, for every door. */
export function openService(
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
export async function openHttp(
  { config, log, telemetry, signals, stack }: Base,
  parts: Served,
): Promise<FastifyInstance> {
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

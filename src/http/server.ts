import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify'
import type { Telemetry } from '../telemetry.ts'
import type { Metrics } from '../metrics/metrics.ts'
import { answerRoutes } from './answers/routes.ts'
import { guardRoutes } from './auth/guard.ts'
import { guardOrigins, type OriginRules } from './auth/origins.ts'
import { meRoute } from './access/me.ts'
import { sessionRoutes } from './access/session.ts'
import { answerAcceptably } from './protocol/acceptable.ts'
import { auditRoute } from './access/audit.ts'
import { bulkRoutes } from './bulk/routes.ts'
import { functionsRoute } from './blocks/functions.ts'
import { schemaRoute } from './blocks/schema.ts'
import { blockRoutes } from './blocks/read.ts'
import type { HttpDeps } from './deps.ts'
import { referencePage } from './docs/reference.ts'
import { docsRoutes } from './docs/routes.ts'
import { metricsRoute, openapiRoute } from './openapi/documents.ts'
import { definitionRoutes } from './definitions/routes.ts'
import { batchRoute } from './jobs/batch.ts'
import { cancelRoute } from './jobs/cancel.ts'
import { jobDefinitionRoute } from './jobs/definition.ts'
import { eventRoutes } from './jobs/events.ts'
import { listRoute } from './jobs/list.ts'
import { readRoute } from './jobs/read.ts'
import { removeRoute } from './jobs/remove.ts'
import { dryRunRoute } from './jobs/dryRun.ts'
import { rerunRoute } from './jobs/rerun.ts'
import { rescheduleRoute } from './jobs/reschedule.ts'
import { signalRoute } from './jobs/signal.ts'
import { stepRoutes } from './jobs/steps.ts'
import { submitRoute } from './jobs/submit.ts'
import { tokenRoute } from './jobs/tokens.ts'
import { validateRoute } from './jobs/validate.ts'
import { takeJsonBodies } from './protocol/jsonBody.ts'
import { keyChangeRoutes, keyRoutes } from './access/keys.ts'
import { questionRoutes } from './questions/routes.ts'
import { secretRoutes } from './secrets/routes.ts'
import { scheduleRoutes } from './schedules/routes.ts'
import { limitRoutes } from './access/limits.ts'
import { limitRequests } from './auth/rateLimit.ts'
import { collectMethods, refuseOtherMethods } from './protocol/methods.ts'
import { describeApi } from './openapi/describe.ts'
import { answerProblems, sendError } from './protocol/problems.ts'
import { pageRoutes } from './page/routes.ts'
import { probeRoutes } from './probes.ts'
import { rejectMalformed } from './protocol/malformed.ts'
import { sayWhatIsKept } from './protocol/caching.ts'
import { refuseUnheededMatch } from './protocol/withoutTag.ts'
import { sendLargeAnswers } from './protocol/largeAnswers.ts'
import { dropEmptyHeaders } from './protocol/emptyHeaders.ts'
import { parseQuery, refuseUnknownParameters } from './protocol/query.ts'
import { boundPipelines } from './protocol/pipelines.ts'
import { closeSilentConnections } from './protocol/silence.ts'
import { requestId, traceRequests } from './protocol/requests.ts'
import { addSchemas } from './openapi/schemas.ts'
import { protectAnswers } from './protocol/securityHeaders.ts'
import { NO_OTHER_COMPILERS, validateWithTypeBox } from './protocol/validation.ts'
import { statsRoute } from './stats/routes.ts'
import { webhookActionRoutes } from './webhooks/act.ts'
import { deliveryRoutes } from './webhooks/deliveries.ts'
import { webhookRoutes } from './webhooks/manage.ts'

/** What the server stands on, and how it treats its clients. */
export type ServerOptions = {
  readonly deps: HttpDeps
  readonly metrics: Metrics
  readonly telemetry: Telemetry
  readonly log: FastifyBaseLogger
  readonly bodyLimitBytes: number
  readonly origins: OriginRules
}

/** Step paths have up to 128 characters, of which each can take 12 in a URL. */
const MAX_PARAM_LENGTH = 1600

/** Puts the HTTP side together. It does not listen yet. */
export async function buildServer({
  deps,
  metrics,
  telemetry,
  log,
  bodyLimitBytes,
  origins,
}: ServerOptions): Promise<FastifyInstance> {
  const app = openFastify(log, bodyLimitBytes)
  const allowed = collectMethods(app)
  answerProblems(app)
  boundPipelines(app, deps)
  closeSilentConnections(app)
  validateWithTypeBox(app)
  traceRequests(app, telemetry)
  dropEmptyHeaders(app)
  takeJsonBodies(app)
  protectAnswers(app)
  sayWhatIsKept(app)
  refuseUnheededMatch(app)
  sendLargeAnswers(app, deps)
  closeWhileDraining(app, deps)
  await describeApi(app)
  addSchemas(app)
  guardOrigins(app, origins, deps.keyring)
  await allowOrigins(app, origins.corsOrigins)
  guardRoutes(app, deps)
  limitRequests(app, deps)
  await app.register(apiRoutes, { deps, prefix: '/v1' })
  await app.register(answerRoutes, { byLink: deps.service.byLink, prefix: '/answers' })
  probeRoutes(app, deps)
  metricsRoute(app, metrics)
  openapiRoute(app)
  pageRoutes(app, { embedOrigins: origins.embedOrigins })
  docsRoutes(app)
  refuseOtherMethods(app, allowed)
  referencePage(app)
  return app
}

function openFastify(log: FastifyBaseLogger, bodyLimit: number): FastifyInstance {
  return Fastify({
    loggerInstance: log,
    // A child a request costs more than naming the request in the few lines that are about one.
    childLoggerFactory: (logger) => logger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: requestId,
    bodyLimit,
    schemaController: NO_OTHER_COMPILERS,
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH, querystringParser: parseQuery },
    // A body that drips would never end. It must stand here: Fastify writes its own over what `http` says of it.
    requestTimeout: 30_000,
    // Without a Host Node would answer by itself, with neither an id nor a problem.
    http: { headersTimeout: 10_000, connectionsCheckingInterval: 2_000, requireHostHeader: false },
    keepAliveTimeout: 72_000,
    // A connection on which nothing moves: a client that reads no more keeps an answer of megabytes in memory. Longer
    // than anybody may wait for an answer.
    connectionTimeout: 90_000,
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    clientErrorHandler: rejectMalformed,
    frameworkErrors: (error, request, reply) => sendError(error, request, reply),
  })
}

async function apiRoutes(app: FastifyInstance, { deps }: { deps: HttpDeps }): Promise<void> {
  await answerAcceptably(app)
  refuseUnknownParameters(app)
  for (const route of [
    submitRoute,
    batchRoute,
    listRoute,
    validateRoute,
    readRoute,
    removeRoute,
    jobDefinitionRoute,
    rescheduleRoute,
    dryRunRoute,
    rerunRoute,
    cancelRoute,
    signalRoute,
    stepRoutes,
    eventRoutes,
    tokenRoute,
    statsRoute,
    bulkRoutes,
    definitionRoutes,
    scheduleRoutes,
    questionRoutes,
    secretRoutes,
    blockRoutes,
    functionsRoute,
    schemaRoute,
    keyRoutes,
    keyChangeRoutes,
    meRoute,
    sessionRoutes,
    auditRoute,
    webhookRoutes,
    webhookActionRoutes,
    deliveryRoutes,
    limitRoutes,
  ]) {
    route(app, deps)
  }
}

/** While draining a kept connection would hold the process up until its time-out: each answer ends its own. */
function closeWhileDraining(app: FastifyInstance, { isDraining }: HttpDeps): void {
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (isDraining()) reply.header('connection', 'close')
    done()
  })
}

async function allowOrigins(app: FastifyInstance, origins: readonly string[]): Promise<void> {
  if (origins.length === 0) return
  const { default: cors } = await import('@fastify/cors')
  await app.register(cors, {
    origin: origins.includes('*') ? '*' : [...origins],
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposedHeaders: [
      'location',
      'link',
      'etag',
      'x-request-id',
      'retry-after',
      'ratelimit',
      'ratelimit-policy',
      'www-authenticate',
      'preference-applied',
      'idempotency-replayed',
    ],
    maxAge: 600,
  })
}

import { type DestinationStream, type Logger, pino } from 'pino'
import type { BlockLog } from './engine/block.ts'
import { logOutput } from './process/logOutput.ts'
import type { Telemetry } from './telemetry.ts'

export type { Logger }

/** Without what would be a secret if it were ever logged by mistake. */
function withoutAuthorization(headers: unknown): unknown {
  return typeof headers === 'object' && headers !== null ? { ...headers, authorization: undefined } : headers
}

/** How single fields are written. Not pino's `redact`, which copies every line to look for what is hardly ever there. */
export const FIELDS = {
  err: errorToLog,
  token: () => undefined,
  headers: withoutAuthorization,
  req: (request: unknown) =>
    typeof request === 'object' && request !== null && 'headers' in request
      ? { ...request, headers: withoutAuthorization(request.headers) }
      : request,
}

/** The service's log; JSON lines on standard output unless told otherwise. Neither values nor secrets are handed to it. */
export function createLog(level: string, output: DestinationStream = logOutput()): Logger {
  return pino({ level, serializers: FIELDS }, output)
}

/**
 * Of an error and its causes what it is and says, and where it came from. The rest stays out: Postgres adds the row and
 * the piece of JSON that it stumbled over, which are values of users.
 */
export function errorToLog(error: unknown, depth = 0): object {
  if (!(error instanceof Error)) return { type: typeof error }
  const { name, message, stack, cause } = error
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {}
  const because = cause === undefined || depth >= 3 ? {} : { cause: errorToLog(cause, depth + 1) }
  return { type: name, message, ...code, stack, ...because }
}

/** What a job's blocks write to: each line names the job. */
export function blockLogOf(log: Logger): (job: { tenant: string; id: string }) => BlockLog {
  return ({ tenant, id }) => {
    const write =
      (level: 'debug' | 'info' | 'warn' | 'error') =>
      (message: string, fields: object = {}) =>
        log[level]({ tenant, job: id, ...fields }, message)
    return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
  }
}

/**
 * Writes a line for each job that is over and that no line of a request tells, for each step that failed, and for whatever
 * an operator should know.
 *
 * @param isStandard whether a block is ours: where one of the operator's own threw stands in the log
 */
export function logTelemetry(telemetry: Telemetry, log: Logger, isStandard: (action: string) => boolean): void {
  logJobs(telemetry, log, isStandard)
  logDeliveries(telemetry, log)
  telemetry.on('listening', ({ listening, error }) => {
    if (listening) log.debug('other replicas are heard through LISTEN')
    else log.warn({ err: error }, 'LISTEN does not work now: what other replicas commit is found by a poll each 500 ms')
  })
  telemetry.on('streamClosed', ({ tenant, id, reason, error }) => {
    if (reason === 'failed') log.error({ tenant, job: id, err: error }, 'a stream of events failed')
    else log.debug({ tenant, job: id, reason }, 'a stream of events ended')
  })
  telemetry.on('listenerFailed', ({ event, error }) => {
    log.error({ err: error, event }, 'a listener of telemetry failed')
  })
  telemetry.on('hookFailed', ({ hook, error }) => log.error({ err: error, hook }, 'a hook threw'))
  telemetry.on('loopBlocked', ({ milliseconds, actions }) => {
    log.warn({ ms: Math.round(milliseconds), actions }, 'a block held the event loop')
  })
}

function logJobs(telemetry: Telemetry, log: Logger, isStandard: (action: string) => boolean): void {
  telemetry.on('stepFailed', ({ tenant, id, step, action, status, type, message, frames }) => {
    const stack = frames === null || isStandard(action) ? {} : { stack: frames }
    log.warn({ tenant, job: id, step, action, status, type, message, ...stack }, 'a step failed')
  })
  telemetry.on('jobFinished', ({ tenant, id, state, milliseconds, isLogged }) => {
    if (!isLogged) log.info({ tenant, job: id, state, ms: milliseconds }, 'job')
  })
  telemetry.on('rescued', ({ jobs }) => log.warn({ jobs }, 'jobs were taken over from a replica that is no more'))
  telemetry.on('jobLost', ({ tenant, id }) => log.warn({ tenant, job: id }, 'the lease of a job was lost'))
  telemetry.on('runBehind', ({ tenant, id, recorded }) => {
    log.error({ tenant, job: id, recorded }, 'the database lost records of a run: it goes on from what is left')
  })
  telemetry.on('jobMended', ({ tenant, id, rows, found }) => {
    log.error({ tenant, job: id, rows, found }, 'a job and its journal disagreed: it goes on from its journal')
  })
  telemetry.on('runLocked', ({ tenant, id, pid }) => {
    log.warn({ tenant, job: id, pid }, 'a session holds the row of a job: its run waits, the others go on')
  })
  telemetry.on('jobReleased', ({ tenant, id, reason, blocks }) => {
    if (reason === 'missing-block')
      log.warn({ tenant, job: id, blocks }, 'a job needs blocks that are not registered here')
    else if (reason === 'broken')
      log.error({ tenant, job: id }, 'the run of a job broke; it was given back to the queue')
    else log.info({ tenant, job: id, reason }, 'a job was given back to the queue')
  })
  telemetry.on('jobGivenUp', ({ tenant, id }) => {
    log.error({ tenant, job: id }, 'the run of a job broke again and again; the job was given up')
  })
  telemetry.on('stepRefused', ({ tenant, id, position, code }) => {
    log.warn({ tenant, job: id, position, code }, 'the database refused what a step gave')
  })
  telemetry.on('leaseSwept', ({ replica }) => log.warn({ replica }, 'the lease of this replica was cleared away'))
}

function logDeliveries(telemetry: Telemetry, log: Logger): void {
  telemetry.on(
    'deliveryAttempted',
    ({ tenant, endpoint, job, message, outcome, final, statusCode, error, milliseconds }) => {
      const line = {
        tenant,
        endpoint,
        job,
        message,
        status: statusCode,
        ms: milliseconds,
        ...(error === null ? {} : { error }),
      }
      if (outcome === 'delivered') log.debug(line, 'a message was delivered')
      else log.info({ ...line, final }, 'an attempt to deliver a message failed')
    },
  )
  telemetry.on('webhookSwitchedOff', ({ tenant, webhook, reason }) => {
    log.warn({ tenant, webhook, reason }, 'a webhook was switched off')
  })
  telemetry.on('messagesOrphaned', ({ messages }) => {
    log.warn({ messages }, 'messages whose claim was lost on its way are sent again')
  })
  telemetry.on('messagesRescued', ({ messages }) => {
    log.warn({ messages }, 'messages were taken back from a replica that is no more')
  })
}

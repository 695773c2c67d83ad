import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Telemetry } from '../../telemetry.ts'
import type { JobWire } from '../../wire/job.ts'
import { ProblemError } from '../../wire/problem.ts'
import { isKnownMethod } from './methods.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The job whose end its line tells; null: none. */
    endedJob: Pick<JobWire, 'id' | 'state'> | null
  }
}

const REQUEST_ID = /^[A-Za-z0-9._-]{1,128}$/

/** The client's own `x-request-id` where it has that form, else a new one. */
export function requestId(request: IncomingMessage): string {
  const given = request.headers['x-request-id']
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID()
}

/**
 * Gives every response its `x-request-id`, and the log one line a request, without queries, headers or bodies. The line of
 * one that is answered with a job that was over when it was accepted tells that end too: such a job needs no line of its own.
 */
export function traceRequests(app: FastifyInstance, telemetry: Telemetry): void {
  app.decorateRequest('endedJob', null)
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id)
    const wrong = request.raw.httpVersion === '1.1' && countHosts(request.raw.rawHeaders) !== 1
    done(wrong ? new ProblemError('malformed-request', 'HTTP/1.1 asks for exactly one Host header') : undefined)
  })
  app.addHook('onResponse', (request, reply, done) => {
    telemetry.emit('requestAnswered', {
      route: request.routeOptions.url ?? 'none',
      method: isKnownMethod(request.method) ? request.method : 'other',
      status: reply.statusCode,
      milliseconds: reply.elapsedTime,
    })
    const { id: reqId, method, routeOptions, endedJob } = request
    request.log.info(
      {
        reqId,
        method,
        route: routeOptions.url ?? null,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 10) / 10,
        ...(endedJob === null ? {} : { tenant: request.caller.tenant, job: endedJob.id, state: endedJob.state }),
      },
      'request',
    )
    done()
  })
}

/**
 * A signal that aborts when the client goes away before it is answered. It hangs on the response: a connection that is
 * kept would gather a listener for each of its requests.
 */
export function goneSignal(reply: FastifyReply): AbortSignal {
  const controller = new AbortController()
  reply.raw.once('close', () => controller.abort())
  return controller.signal
}

/** Two of them may be read as different hosts by what stands in front of us (RFC 9112, section 3.2). */
function countHosts(rawHeaders: readonly string[]): number {
  let count = 0
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]
    if (name?.length === 4 && name.toLowerCase() === 'host') count++
  }
  return count
}

import type { Jobs } from '../../src/compose/jobs.ts'
import { ProblemError } from '../../src/wire/problem.ts'
import type { TestConduit } from '../support/conduit.ts'

/** Jobs over HTTP, with the same face as for the program that holds the service. */
export function overHttp(service: TestConduit): Jobs {
  const ask = async (method: 'GET' | 'POST' | 'DELETE', url: string, body?: unknown, headers = {}) => {
    const reply = await service.request(method, url, body, headers)
    if (reply.status < 400) return reply.body
    const { type, detail, errors } = reply.body
    throw new ProblemError(type.slice('/problems/'.length), detail, { errors })
  }
  return {
    submit: (definition, { idempotencyKey, wait } = {}) =>
      ask('POST', '/v1/jobs', definition, {
        ...(wait === undefined ? {} : { prefer: `wait=${wait}` }),
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
      }),
    get: (id, { steps = true, wait = 0 } = {}) => ask('GET', `/v1/jobs/${id}?steps=${steps}&wait=${wait}`),
    list: ({ metadata = {}, ...filters } = {}) => {
      const labels = Object.entries(metadata).map(([key, value]) => [`metadata.${key}`, value] as const)
      const plain = Object.entries(filters).map(([name, value]) => [name, String(value)] as const)
      return ask('GET', `/v1/jobs?${new URLSearchParams(Object.fromEntries([...plain, ...labels])).toString()}`)
    },
    cancel: (id) => ask('POST', `/v1/jobs/${id}/cancel`),
    signal: (id, name, body = null) => ask('POST', `/v1/jobs/${id}/signals/${name}`, body),
    rerun: (id, change = {}, { idempotencyKey } = {}) =>
      ask(
        'POST',
        `/v1/jobs/${id}/rerun`,
        change,
        idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey },
      ),
    dryRun: (definition) => ask('POST', '/v1/jobs/dry-run', definition),
    remove: (id) => ask('DELETE', `/v1/jobs/${id}`),
    events: async function* (id, { after = 0 } = {}) {
      const reply = await service.request('GET', `/v1/jobs/${id}/events?after=${after}`, undefined, {
        accept: 'text/event-stream',
      })
      if (reply.status >= 400) throw new ProblemError('not-found', 'no such job')
      const frames = String(reply.body).split('\n')
      for (const line of frames) if (line.startsWith('data: ')) yield JSON.parse(line.slice('data: '.length))
    },
    validate: (definition) => ask('POST', '/v1/jobs/validate', definition),
  }
}

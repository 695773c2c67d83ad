import type { Conduit } from '../../src/compose/conduit.ts'
import type { Jobs } from '../../src/compose/jobs.ts'
import { ProblemError } from '../../src/wire/problem.ts'
import type { TestConduit } from '../support/conduit.ts'

type Ask = (
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  url: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<ReturnType<typeof JSON.parse>>

/** Asks over HTTP, and throws what the program that holds the service would be thrown. */
function asking(service: TestConduit): Ask {
  return async (method, url, body, headers = {}) => {
    const reply = await service.request(method, url, body, headers)
    if (reply.status < 400) return reply.body
    const { type, detail, errors } = reply.body
    throw new ProblemError(type.slice('/problems/'.length), detail, { errors })
  }
}

/** What has a name, over HTTP, with the same face as for the program that holds the service. */
export function nounsOverHttp(service: TestConduit): Pick<Conduit, 'definitions' | 'schedules' | 'secrets'> {
  const ask = asking(service)
  const query = (filters: object = {}): string => {
    const given = Object.entries(filters).map(([name, value]): [string, string] => [name, String(value)])
    return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`
  }
  const named = (noun: string) => ({
    get: (name: string) => ask('GET', `/v1/${noun}/${name}`),
    list: (filters?: object) => ask('GET', `/v1/${noun}${query(filters)}`),
    remove: (name: string) => ask('DELETE', `/v1/${noun}/${name}`),
    put: (name: string, content: unknown) => ask('PUT', `/v1/${noun}/${name}`, content),
  })
  const definition = (name: string): string => `/v1/definitions/${name}`
  return {
    definitions: {
      ...named('definitions'),
      put: (name, content, { ifMatch } = {}) =>
        ask('PUT', definition(name), content, ifMatch === undefined ? {} : { 'if-match': `"${ifMatch}"` }),
      get: (name, { version } = {}) =>
        ask('GET', version === undefined ? definition(name) : `${definition(name)}/versions/${version}`),
      versions: (name, filters) => ask('GET', `${definition(name)}/versions${query(filters)}`),
      validate: (name, content) => ask('POST', `${definition(name)}/validate`, content),
      test: (name, { version } = {}) =>
        ask('POST', `${definition(name)}/test${version === undefined ? '' : query({ version })}`),
    },
    schedules: {
      ...named('schedules'),
      change: (name, change) => ask('PATCH', `/v1/schedules/${name}`, change),
      trigger: (name) => ask('POST', `/v1/schedules/${name}/trigger`),
      backfill: (name, range) => ask('POST', `/v1/schedules/${name}/backfill`, range),
    },
    secrets: named('secrets'),
  }
}

/** Jobs over HTTP, with the same face as for the program that holds the service. */
export function overHttp(service: TestConduit): Jobs {
  const ask = asking(service)
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
    rerun: (id, change = {}, { idempotencyKey, wait } = {}) =>
      ask('POST', `/v1/jobs/${id}/rerun`, change, {
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
        ...(wait === undefined ? {} : { prefer: `wait=${wait}` }),
      }),
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

import { type Client, createClient } from '@conduit-jobs/client'
import { pino } from 'pino'
import { type Conduit, type ConduitOptions, createConduit } from '../../src/compose/conduit.ts'
import type { JobWire } from '../../src/wire/job.ts'
import { createTestDatabase } from './database.ts'
import { socketlessFetch } from './socketlessFetch.ts'

/** A service over a database of its own (or that of `DATABASE_URL`), and requests to it; gone at the end of the scope. */
export type TestConduit = AsyncDisposable & {
  readonly conduit: Conduit
  readonly databaseUrl: string
  /** The client that users have, without a socket below it: for what is not about bytes. A refusal throws at once. */
  readonly client: Client
  /** The same for who holds a key. */
  clientOf(key: string): Client
  /** Sends a request without a socket: for statuses, headers and bodies as they are. */
  request(method: Method, url: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>
  /** Posts a job and waits until it is over. */
  run(job: object): Promise<JobWire>
}

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE' | 'HEAD' | 'PATCH'
export type Reply = {
  readonly status: number
  readonly headers: Record<string, unknown>
  readonly body: ReturnType<typeof JSON.parse>
}

export async function startConduit(options: ConduitOptions = {}): Promise<TestConduit> {
  await using stack = new AsyncDisposableStack()
  const databaseUrl = options.settings?.['DATABASE_URL'] ?? stack.use(await createTestDatabase()).url
  const settings = { DATABASE_URL: databaseUrl, SHUTDOWN_SECONDS: '1', LEASE_SECONDS: '5', ...options.settings }
  const conduit = stack.use(await createConduit({ log: pino({ level: 'silent' }), ...options, settings }))
  const opened = stack.move()
  const request: TestConduit['request'] = async (method, url, body, headers = {}) => {
    const payload = body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }
    const json = body === undefined ? {} : { 'content-type': 'application/json' }
    const reply = await conduit.http.inject({ method, url, headers: { ...json, ...headers }, ...payload })
    const isJson = String(reply.headers['content-type']).includes('json') && reply.payload !== ''
    return { status: reply.statusCode, headers: reply.headers, body: isJson ? reply.json() : reply.payload }
  }
  const fetch = socketlessFetch(conduit.http)
  const clientOf = (key?: string): Client => createClient({ baseUrl: 'http://localhost', key, fetch, retries: 0 })
  return {
    conduit,
    databaseUrl,
    client: clientOf(),
    clientOf,
    request,
    run: async (job) => (await request('POST', '/v1/jobs', job, { prefer: 'wait=60' })).body,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { ServiceProcess } from './process.ts'
import { slowness } from '../support/patience.ts'
import { type Chances, isLong, PATIENCE_MS } from './seed.ts'

/** A job with pure steps and steps with effects in turn, and a variable that grows. */
export function effectsJob(id: string, effects: number, milliseconds: number): { readonly id: string } {
  const append = (item: number) => ({ action: 'LISTS.APPEND', parameters: { list: '{# log #}', item } })
  const effect = { action: 'FAULT.EFFECT', parameters: { milliseconds } }
  const steps = Array.from({ length: effects }, (_, i) => [append(i), effect]).flat()
  const job = { id, variables: { log: [] }, steps, output: '{# log #}' }
  return job
}

export type Answer = {
  readonly status: number
  readonly headers: Headers
  readonly body: ReturnType<typeof JSON.parse>
}

const REQUEST_MS = 10_000

/** One request; the connection may break. */
export async function send(url: string, path: string, body?: object, headers: object = {}): Promise<Answer> {
  const signal = AbortSignal.timeout(REQUEST_MS)
  const post = {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  }
  const reply = await fetch(`${url}${path}`, { signal, ...(body === undefined ? { headers: { ...headers } } : post) })
  return { status: reply.status, headers: reply.headers, body: await reply.json() }
}

/**
 * Posts a job until it is accepted, to whichever replica answers: with its id as its key, so that a repeat is safe.
 * Gives what was answered on the way: statuses, 0 for a connection that broke.
 */
export async function submit(replicas: readonly ServiceProcess[], job: object, chances: Chances): Promise<number[]> {
  const statuses: number[] = []
  const { id } = job as { id: string }
  for (;;) {
    const { status } = await send(chances.pick(replicas).url, '/v1/jobs', job, { 'idempotency-key': id }).catch(() => ({
      status: 0,
    }))
    statuses.push(status)
    if (status === 202) return statuses
    // 408: the machine was too busy to take the request in time.
    if (![0, 408, 503].includes(status)) throw new Error(`the job ${id} was answered with ${status}`)
    await sleep(50)
  }
}

/** A job as whichever replica answers tells it: one may be on its way up again. */
export async function read(replicas: readonly ServiceProcess[], id: string, chances: Chances): Promise<Answer['body']> {
  for (;;) {
    const reply = await send(chances.pick(replicas).url, `/v1/jobs/${id}`).catch(() => null)
    if (reply?.status === 200) return reply.body
    await sleep(50)
  }
}

/** Waits until every job in the database is over, however long the database itself is away. */
export async function untilAllOver(databaseUrl: string): Promise<void> {
  await until(databaseUrl, 'select count(*) = 0 as holds from job where finished_at is null')
}

/** Waits until a query's `holds` is true. */
export async function until(databaseUrl: string, query: string): Promise<void> {
  await untilTrue(query, async () => {
    const rows = await ask<{ holds: boolean }>(databaseUrl, query).catch(() => [])
    return rows[0]?.holds === true
  })
}

/** Looks again and again. What never comes is told before the test's own limit ends it without a word. */
export async function untilTrue(what: string, isTrue: () => Promise<boolean>): Promise<void> {
  const patienceMs = isLong ? LONGEST_MS : Math.min(LONGEST_MS, 90_000 * slowness())
  for (const began = performance.now(); performance.now() - began < patienceMs; await sleep(50))
    if (await isTrue()) return
  throw new Error(`this does not hold after ${Math.round(patienceMs / 1000)} s: ${what}`)
}

/** Less than a test may take. */
const LONGEST_MS = 0.8 * PATIENCE_MS

/** Asks the database itself. */
export async function ask<Row extends pg.QueryResultRow>(databaseUrl: string, query: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'faults' })
  client.on('error', () => undefined) // the query fails too
  await client.connect()
  try {
    return (await client.query<Row>(query)).rows
  } finally {
    await client.end()
  }
}

/** Ends every connection that replicas have to a database. */
export async function cutConnections(databaseUrl: string): Promise<void> {
  await ask(databaseUrl, CUT)
}

const CUT = `
select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'conduit%' and datname = current_database()`

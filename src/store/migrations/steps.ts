import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { sqlState } from '../postgres/failures.ts'
import { concurrently, type IndexStep } from './statements.ts'
import { type Blocker, blockersOf, Patience, type Waiting } from './waiting.ts'

/**
 * Who waits for a lock on a table holds up everybody who comes after, so nothing waits for longer than this: half of what
 * the statements of a replica wait for others' locks (`store/client.ts`), or one that came right after would be refused.
 * The next try leaves them time.
 */
const LOCK_MS = 200
const PAUSE_MS = 1000

/** How often it is looked whom a statement waits for: more than once within a wait. */
const LOOK_MS = 80

/** Errors of the moment: 55P03 a lock was not to be had, 40P01 deadlock, 40001 serialization. */
const AGAIN = new Set(['55P03', '40P01', '40001'])

/** The connections that a migration runs on, and who is told of what it waits for. */
export type StepOptions = {
  /** Changes the schema. */
  readonly client: pg.Client
  /** Looks on. */
  readonly observer: pg.Client
  readonly onWaiting: (waiting: Waiting) => void
}

/**
 * Makes one statement's change to a database that others work on: in a transaction of its own, so that no two tables
 * are locked at once, with short waits for locks and pauses between; an index beside the work of others. `noted` is
 * written with the change, so that it is made once.
 */
export async function makeChange(statement: string, noted: string, options: StepOptions): Promise<void> {
  const patience = new Patience(options.onWaiting)
  const step = statement.replace(/\s+/g, ' ').slice(0, 80)
  const index = concurrently(statement)
  const change = (): Promise<void> =>
    index === null ? changeInTransaction(statement, noted, options) : changeIndex(index, noted, options)
  // Seen last: a try that is short may end before anybody looked.
  let blockers: Blocker[] = []
  for (;;) {
    const watch = await watchWaiting(options, (found) => {
      blockers = found
      if (index !== null) patience.tell(step, blockers)
    })
    try {
      return await change()
    } catch (error) {
      if (!AGAIN.has(sqlState(error) ?? '')) throw error
      patience.tell(step, blockers)
    } finally {
      await watch.stop()
    }
    await sleep(PAUSE_MS * (0.5 + Math.random()))
  }
}

async function changeInTransaction(statement: string, noted: string, { client }: StepOptions): Promise<void> {
  try {
    await client.query(`begin; set local lock_timeout = ${LOCK_MS}`)
    await client.query(statement)
    await client.query(noted)
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw error
  }
}

/** An index is made without a lock that others would wait for; one that was cut off is made anew. */
async function changeIndex({ kind, index, sql }: IndexStep, noted: string, { client }: StepOptions): Promise<void> {
  const broken = `select from pg_index where indexrelid = to_regclass($1) and not indisvalid`
  if (kind === 'create' && (await client.query(broken, [index])).rowCount === 1)
    await client.query(`drop index concurrently ${index}`)
  await client.query(sql)
  await client.query(noted)
}

/** Looks again and again whom the client waits for. */
async function watchWaiting(
  { client, observer }: StepOptions,
  onBlocked: (blockers: Blocker[]) => void,
): Promise<{ stop(): Promise<void> }> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
  const pid = rows[0]?.pid ?? 0
  let looking: Promise<void> | null = null
  const look = async (): Promise<void> => {
    const blockers = await blockersOf(observer, pid)
    if (blockers.length > 0) onBlocked(blockers)
  }
  const timer = setInterval(() => {
    looking ??= look()
      .catch(() => undefined) // whom it waits for is then not told
      .finally(() => {
        looking = null
      })
  }, LOOK_MS)
  return {
    stop: async () => {
      clearInterval(timer)
      await looking
    },
  }
}

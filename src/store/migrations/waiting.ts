import type pg from 'pg'

/** A session that others wait for. */
export type Blocker = {
  readonly pid: number
  readonly name: string
  readonly state: string
  readonly sinceSeconds: number
}

/** What a start waits for, and for whom. */
export type Waiting = { readonly step: string; readonly seconds: number; readonly blockers: readonly Blocker[] }

/** Waiting is told of after so long, and again and again. */
const TELL_AFTER_MS = 3000
const TELL_AGAIN_MS = 30_000

/** Tells of a wait once it is long. */
export class Patience {
  readonly #onWaiting: (waiting: Waiting) => void
  readonly #began = performance.now()
  #tellAt = TELL_AFTER_MS

  constructor(onWaiting: (waiting: Waiting) => void) {
    this.#onWaiting = onWaiting
  }

  /** It still waits. */
  tell(step: string, blockers: readonly Blocker[]): void {
    const waited = performance.now() - this.#began
    if (waited < this.#tellAt) return
    this.#tellAt = waited + TELL_AGAIN_MS
    this.#onWaiting({ step, seconds: Math.round(waited / 1000), blockers })
  }
}

/**
 * Asked without parameters, in one message: what is asked with them leaves a snapshot behind in an open transaction, and an
 * index that is made beside the work of others waits for all snapshots.
 */
function sessions(pids: readonly number[]): string {
  return `
select pid, coalesce(nullif(application_name, ''), 'no name') as name, coalesce(state, 'unknown') as state,
       coalesce(extract(epoch from clock_timestamp() - xact_start), 0)::int as "sinceSeconds"
from pg_stat_activity where pid = any('{${pids.join(',')}}'::int[])`
}

type Pids = { readonly pids: number[] | null }

/** The sessions that a backend waits for now. What the server keeps of them for a transaction is looked at anew. */
export async function blockersOf(client: pg.Client, pid: number): Promise<Blocker[]> {
  const { rows } = await client.query<Pids>(`select pg_blocking_pids(${pid}) as pids, pg_stat_clear_snapshot()`)
  const pids = rows[0]?.pids ?? []
  return pids.length === 0 ? [] : (await client.query<Blocker>(sessions(pids))).rows
}

/** The sessions that hold an advisory lock. */
export async function holdersOf(client: pg.Client, lock: number): Promise<Blocker[]> {
  const { rows } = await client.query<Pids>(`
select array_agg(pid) as pids, pg_stat_clear_snapshot() from pg_locks
where locktype = 'advisory' and granted and objsubid = 1 and ((classid::bigint << 32) | objid::bigint) = ${lock}
  and database = (select oid from pg_database where datname = current_database())`)
  return (await client.query<Blocker>(sessions(rows[0]?.pids ?? []))).rows
}

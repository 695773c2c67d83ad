import type { Database } from '../store/client.ts'
import {
  replaceInJob,
  replaceSealed,
  SEALED_COLUMNS,
  type SealedJob,
  type SealedRow,
  sealedJobs,
  sealedPage,
} from '../store/secrets/sealed.ts'
import { type SecretBox, SecretUnreadable } from './box.ts'
import { rowOf } from './rows.ts'
import { storedJson } from '../engine/values/storedJson.ts'

/** What came of sealing everything anew. */
export type Resealed = {
  readonly sealed: number
  readonly current: number
  /** The rows that no key here opens. */
  readonly unreadable: readonly string[]
}

/** The names under which the places' values were sealed. */
const ROW_OF: Record<(typeof SEALED_COLUMNS)[number], (row: SealedRow) => string> = {
  'secret.sealed': ({ tenant, id }) => rowOf.secret(tenant, id),
  'webhook.secret': ({ tenant, id }) => rowOf.webhook(tenant, id),
  'webhook.previous_secret': ({ tenant, id }) => rowOf.webhook(tenant, id),
  'service_secret.value': ({ id }) => rowOf.serviceSecret(id),
  'schedule.sealed_inputs': ({ tenant, id }) => rowOf.schedule(tenant, id),
}

/**
 * Seals everything that is kept with the key that writes now, page by page, also while services run: what was written
 * meanwhile is left as it is. What is sealed so already is left alone, so that a second run goes on where a first one ended.
 */
export async function resealAll(database: Database, box: SecretBox): Promise<Resealed> {
  const unreadable: string[] = []
  const count = { sealed: 0, current: 0, unreadable }
  const reseal = (stored: string, row: string): string | null => {
    if (box.isCurrent(stored)) {
      count.current++
      return null
    }
    try {
      const fresh = box.seal(box.open(stored, row), row)
      count.sealed++
      return fresh
    } catch (error) {
      if (!(error instanceof SecretUnreadable)) throw error
      count.unreadable.push(row)
      return null
    }
  }
  for (const column of SEALED_COLUMNS) {
    for await (const row of pages<SealedRow>((after) => sealedPage(database, column, after))) {
      const fresh = reseal(row.value, ROW_OF[column](row))
      if (fresh !== null) await replaceSealed(database, column, row, fresh)
    }
  }
  for await (const job of pages<SealedJob>((after) => sealedJobs(database, after))) {
    const inputs = job.inputs === null ? null : reseal(job.inputs, rowOf.inputs(job.tenant, job.id))
    const callbacks = resealedCallbacks(job, reseal)
    if (inputs !== null || callbacks !== null) await replaceInJob(database, job, { callbacks, inputs })
  }
  return count
}

const CALLBACKS = storedJson<Readonly<Record<string, { readonly secret: string | null } | undefined>>>()

/** A job's callbacks with their secrets sealed anew; null: none had to be. */
function resealedCallbacks(
  { tenant, id, callbacks }: SealedJob,
  reseal: (stored: string, row: string) => string | null,
): string | null {
  if (callbacks === null) return null
  const stored = CALLBACKS.read(callbacks)
  const fresh = Object.entries(stored).map(([name, callback]) => {
    const secret = callback?.secret ?? null
    const sealed = secret === null ? null : reseal(secret, rowOf.job(tenant, id))
    return [name, callback === undefined || sealed === null ? callback : { ...callback, secret: sealed }] as const
  })
  const changed = fresh.some(([name, callback]) => callback !== stored[name])
  return changed ? JSON.stringify(Object.fromEntries(fresh)) : null
}

async function* pages<Row>(read: (after: Row | null) => Promise<Row[]>): AsyncGenerator<Row> {
  for (let rows = await read(null); rows.length > 0; rows = await read(rows.at(-1) ?? null)) yield* rows
}

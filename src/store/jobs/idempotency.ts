import type { Database } from '../client.ts'
import { statement } from '../statement.ts'

/** What an idempotency key stands for. */
export type KeyHolder = {
  readonly hash: Buffer
  readonly jobId: string
  /** The job that took the key is gone, or another has its id now. */
  readonly gone: boolean
}

/** By primary keys: the key, and the job that took it. A key of more than 24 hours counts as free. */
const FIND_KEY = statement({
  name: 'find-key',
  text: `
select k.body_hash, k.job_id, j.id is null as gone
from idempotency_key k
left join job j on j.id = k.job_id and j.tenant = k.tenant and j.nonce = k.nonce
where k.key = $1 and k.tenant = $2 and k.created_at >= clock_timestamp() - interval '24 hours'`,
})

/** The job that a key stands for; null: the key is free. */
export async function findKey(database: Database, tenant: string, key: string): Promise<KeyHolder | null> {
  type Row = { body_hash: Buffer; job_id: string; gone: boolean }
  const [row] = await database.query<Row>(FIND_KEY, [key, tenant])
  return row === undefined ? null : { hash: row.body_hash, jobId: row.job_id, gone: row.gone }
}

import type { Database } from '../client.ts'
import { statement } from '../statement.ts'
import type { JobHold } from './owned.ts'

/** How far a job's journal goes: how many rows, and up to which seq they tell. */
export type JournalEnd = { readonly rows: number; readonly lastSeq: number }

/**
 * Makes a job's row say what its journal holds, fenced. A row of the journal that it did not know of is a record as any
 * other, so it ends the count of takeovers. By primary key; one row.
 */
const MEND = statement({
  name: 'mend-job',
  text: `
update job set
  journal_rows = $4::int,
  last_seq = $5::int,
  takeovers = case when journal_rows < $4 then 0 else takeovers end
where id = $1 and tenant = $2 and fence = $3::bigint and finished_at is null`,
})

/** Makes the row of a job that is held agree with its journal again. */
export async function mendJob(
  database: Database,
  { tenant, id, fence }: JobHold,
  { rows, lastSeq }: JournalEnd,
): Promise<void> {
  await database.query(MEND, [id, tenant, fence, rows, lastSeq])
}

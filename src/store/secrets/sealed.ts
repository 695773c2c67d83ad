import type { Database } from '../client.ts'
import { type Statement, statement } from '../statement.ts'

/** Where values are sealed one a column. */
export const SEALED_COLUMNS = [
  'secret.sealed',
  'webhook.secret',
  'webhook.previous_secret',
  'service_secret.value',
  'schedule.sealed_inputs',
] as const

/** A column that holds sealed values, as `table.column`. */
export type SealedColumn = (typeof SEALED_COLUMNS)[number]

/** One value, and what names its row. */
export type SealedRow = { readonly tenant: string; readonly id: string; readonly value: string }

const PAGE = 500

const keyOf = (table: string): { tenant: string; id: string } => ({
  tenant: table === 'service_secret' ? `''::text` : 'tenant',
  id: table === 'webhook' ? 'id' : 'name',
})

/** A range of the primary key, a page at a time. */
function pageStatement(sealed: SealedColumn): Statement {
  const [table = '', column = ''] = sealed.split('.')
  const { tenant, id } = keyOf(table)
  const behind = table === 'service_secret' ? 'name > $2 and $1::text is not null' : `(tenant, ${id}) > ($1, $2)`
  const order = table === 'service_secret' ? 'name' : `tenant, ${id}`
  return statement({
    name: `sealed-${sealed}`,
    text: `select ${tenant} as tenant, ${id} as id, ${column} as value from ${table}
where ${behind} and ${column} is not null order by ${order} limit ${PAGE}`,
  })
}

/** By primary key. What another wrote meanwhile is left. */
function replaceStatement(sealed: SealedColumn): Statement {
  const [table = '', column = ''] = sealed.split('.')
  const where =
    table === 'service_secret' ? '$1::text is not null and name = $2' : `tenant = $1 and ${keyOf(table).id} = $2`
  return statement({
    name: `reseal-${sealed}`,
    text: `update ${table} set ${column} = $4 where ${where} and ${column} = $3`,
  })
}

const statements = new Map(
  SEALED_COLUMNS.map((column) => [column, { page: pageStatement(column), replace: replaceStatement(column) }]),
)

function statementsOf(column: SealedColumn): { page: Statement; replace: Statement } {
  const found = statements.get(column)
  if (found === undefined) throw new Error(`nothing is sealed in ${column}`)
  return found
}

/** A page of a column's values behind a row; null: from the first. */
export function sealedPage(database: Database, column: SealedColumn, after: SealedRow | null): Promise<SealedRow[]> {
  return database.query<SealedRow>(statementsOf(column).page, [after?.tenant ?? '', after?.id ?? ''])
}

/** Puts a value in place of the one that was read. */
export async function replaceSealed(
  database: Database,
  column: SealedColumn,
  { tenant, id, value }: SealedRow,
  fresh: string,
): Promise<void> {
  await database.query(statementsOf(column).replace, [tenant, id, value, fresh])
}

/** A range of the primary key: all jobs are passed, those with something sealed are given. */
const JOBS = statement({
  name: 'sealed-jobs',
  text: `select tenant, id, callbacks::text as callbacks, sealed_inputs as inputs from job
where (id, tenant) > ($1, $2) and (callbacks is not null or sealed_inputs is not null) order by id, tenant limit ${PAGE}`,
})

/** By primary key. A job's callbacks never change but here; its secret local values go with its end. */
const REPLACE_IN_JOB = statement({
  name: 'reseal-job',
  text: `
update job set callbacks = coalesce($3::json, callbacks),
  sealed_inputs = case when sealed_inputs = $4 then $5 else sealed_inputs end
where id = $1 and tenant = $2`,
})

/** What is sealed of a job: its callbacks as JSON, and its secret local values. */
export type SealedJob = {
  readonly tenant: string
  readonly id: string
  readonly callbacks: string | null
  readonly inputs: string | null
}

/** A page of jobs with something sealed behind a row; null: from the first. */
export function sealedJobs(database: Database, after: SealedJob | null): Promise<SealedJob[]> {
  return database.query<SealedJob>(JOBS, [after?.id ?? '', after?.tenant ?? ''])
}

/** Puts what was sealed anew in place of what was read; null: that is left. */
export async function replaceInJob(
  database: Database,
  { id, tenant, inputs }: SealedJob,
  fresh: Pick<SealedJob, 'callbacks' | 'inputs'>,
): Promise<void> {
  await database.query(REPLACE_IN_JOB, [
    id,
    tenant,
    fresh.callbacks,
    fresh.inputs === null ? null : inputs,
    fresh.inputs,
  ])
}

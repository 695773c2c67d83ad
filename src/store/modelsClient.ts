import { PrismaPg } from '@prisma/adapter-pg'
import type pg from 'pg'
import { Prisma, PrismaClient } from './generated/client.ts'
import { DatabaseUnavailable, speaksOfOutage } from './postgres/failures.ts'

/** Prisma's client on connections of ours; import it by `openModels` only. */
export function openClient(pool: pg.Pool, schema: string | null) {
  const adapter = new PrismaPg(pool, schema === null ? {} : { schema })
  return { client: new PrismaClient({ adapter, transactionOptions: TRANSACTION }), throwOutage }
}

/**
 * What changes several rows is an array of statements, never a function that is called within a transaction: nobody holds
 * a connection and thinks. The bounds are above those of the server and of the pool, which give up first and say why.
 */
const TRANSACTION = { maxWait: 40_000, timeout: 40_000 }

/** What Prisma says of a database that is away, as the rest of the store says it. */
function throwOutage(error: unknown): never {
  const said = saidIn(error)
  const code = said?.originalCode ?? said?.code
  if (!speaksOfOutage(code)) throw error
  const message = said?.originalMessage ?? said?.message
  const told = message === undefined ? error : Object.assign(new Error(message, { cause: error }), { code })
  throw new DatabaseUnavailable(told)
}

/** What Postgres said, as Prisma's adapter wraps it; undefined: it said nothing. */
function saidIn(error: unknown): Said | undefined {
  if (!(error instanceof Prisma.PrismaClientKnownRequestError)) return undefined
  const wrapped = error.meta?.['driverAdapterError']
  const cause = wrapped instanceof Error ? wrapped.cause : undefined
  return isSaid(cause) ? cause : undefined
}

/** A SQLSTATE and a text. */
type Said = {
  readonly originalCode?: string
  readonly code?: string
  readonly originalMessage?: string
  readonly message?: string
}

function isSaid(cause: unknown): cause is Said {
  return typeof cause === 'object' && cause !== null && ('originalCode' in cause || 'code' in cause)
}

import { PrismaPg } from '@prisma/adapter-pg'
import type pg from 'pg'
import { Prisma, PrismaClient } from './generated/client.ts'
import { DatabaseUnavailable, speaksOfOutage } from './postgres/failures.ts'

/** Prisma's client on connections of ours; import it by `openModels` only. */
export function openClient(pool: pg.Pool, schema: string | null) {
  return { client: new PrismaClient({ adapter: new PrismaPg(pool, schema === null ? {} : { schema }) }), throwOutage }
}

/** What Prisma says of a database that is away, as the rest of the store says it. */
function throwOutage(error: unknown): never {
  throw speaksOfOutage(stateOf(error)) ? new DatabaseUnavailable(error) : error
}

/** The SQLSTATE of what Postgres said, as Prisma's adapter wraps it; what it did not say has none. */
function stateOf(error: unknown): string | undefined {
  if (!(error instanceof Prisma.PrismaClientKnownRequestError)) return undefined
  const wrapped = error.meta?.['driverAdapterError']
  const cause = wrapped instanceof Error ? wrapped.cause : undefined
  return isSaid(cause) ? (cause.originalCode ?? cause.code) : undefined
}

type Said = { readonly originalCode?: string; readonly code?: string }

function isSaid(cause: unknown): cause is Said {
  return typeof cause === 'object' && cause !== null && ('originalCode' in cause || 'code' in cause)
}

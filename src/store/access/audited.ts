import { randomUUIDv7 } from 'node:crypto'
import type { Prisma, PrismaClient } from '../generated/client.ts'

/** What is told to the audit log of a change. */
export type AuditEntry = {
  readonly tenant: string
  /** `NOUN.VERB`, as docs/access.md lists them. */
  readonly action: string
  readonly actor: string
  readonly subject: string
  readonly details?: Prisma.InputJsonObject
}

/**
 * Changes one row, and tells the audit log of it: both or neither, as one array of Prisma's. Gives the row, or null where
 * there is none that the change's `where` names: then nothing was done.
 *
 * @param after what else changes with it, in this order
 */
export async function audited<Row>(
  client: PrismaClient,
  entry: AuditEntry,
  change: Prisma.PrismaPromise<Row>,
  after: readonly Prisma.PrismaPromise<unknown>[] = [],
): Promise<Row | null> {
  const told = client.audit.create({ data: { ...entry, id: randomUUIDv7() }, select: { id: true } })
  return await together(client, change, [...after, told])
}

/** Changes one row and what else goes with it: all or nothing. Null where there is no such row. */
export async function together<Row>(
  client: PrismaClient,
  change: Prisma.PrismaPromise<Row>,
  after: readonly Prisma.PrismaPromise<unknown>[],
): Promise<Row | null> {
  try {
    const [row] = await client.$transaction([change, ...after])
    return row
  } catch (error) {
    if (isNotFound(error)) return null
    throw error
  }
}

/** P2025: a change of one row found none, so the array before it was rolled back, and what stands behind was not asked. */
function isNotFound(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'P2025'
}

import type pg from 'pg'
import type { PrismaClient } from './generated/client.ts'

/** Prisma's models, opened by the first question, or before it by `load`. */
export type Models = {
  /** Loads the client now, so that the first who asks need not wait for it. */
  load(): Promise<void>
  /** Throws a `DatabaseUnavailable` where the database can't answer now. */
  ask<Answer>(question: (client: PrismaClient) => Promise<Answer>): Promise<Answer>
  close(): Promise<void>
}

/**
 * Prisma's client is 30 MB and takes a tenth of a second: it is loaded beside the work once the service is ready, and who
 * asks before waits for that, and nobody else does. So nothing but this imports it, and only when it is needed.
 */
export function openModels(pool: pg.Pool, schema: string | null): Models {
  let opening: Promise<Opened> | null = null
  const open = (): Promise<Opened> => {
    opening ??= import('./modelsClient.ts').then(({ openClient }) => openClient(pool, schema))
    return opening
  }
  return {
    load: async () => void (await open()),
    ask: async (question) => {
      const { client, throwOutage } = await open()
      return await question(client).catch(throwOutage)
    },
    close: async () => (await opening)?.client.$disconnect(),
  }
}

type Opened = { readonly client: PrismaClient; readonly throwOutage: (error: unknown) => never }

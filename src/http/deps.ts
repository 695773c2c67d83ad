import type { JobTokens } from '../access/jobTokens.ts'
import type { Keyring } from '../access/keyring.ts'
import type { LimitBook } from '../access/limitBook.ts'
import type { RequestBudget } from '../access/requestBudget.ts'
import type { Revocations } from '../access/revocations.ts'
import type { Sessions } from '../access/sessions.ts'
import type { UnsentAnswers } from '../access/unsentAnswers.ts'
import type { Caller } from '../service/caller.ts'
import type { Service } from '../service/service.ts'
import type { EventStreams } from './stream/streams.ts'

/** What the routes need of the rest of the service: what callers may do, and what tells who calls. */
export type HttpDeps = {
  readonly service: Service
  readonly keyring: Keyring
  readonly tokens: JobTokens
  readonly sessions: Sessions
  readonly revocations: Revocations
  readonly limits: LimitBook
  readonly budget: RequestBudget
  readonly streams: EventStreams
  readonly answers: UnsentAnswers
  /** How large a batch may be, in bytes. */
  readonly batchLimitBytes: number
  /** The database's time in milliseconds. */
  readonly now: () => number
  /** Whether the service shuts down: then every answer ends its connection. */
  readonly isDraining: () => boolean
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks. */
    caller: Caller
    /** The body as it came, where it was JSON. */
    bodyText: string
  }
}

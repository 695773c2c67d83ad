import type { JobTokens } from '../access/jobTokens.ts'
import type { Keyring } from '../access/keyring.ts'
import type { LimitBook } from '../access/limitBook.ts'
import type { MessageBudget } from '../access/messageBudget.ts'
import type { RequestBudget } from '../access/requestBudget.ts'
import type { Revocations } from '../access/revocations.ts'
import type { Sessions } from '../access/sessions.ts'
import type { StoredBytes } from '../access/storedBytes.ts'
import type { StreamBudget } from '../access/streamBudget.ts'
import type { Registry } from '../engine/plan/registry.ts'
import type { Executor } from '../executor/executor.ts'
import type { Feed } from '../feed/feed.ts'
import type { Database } from '../store/client.ts'
import type { JobList } from '../store/jobs/list.ts'
import type { SecretBox } from '../secrets/box.ts'
import type { DefinitionRules } from '../wire/parseDefinition.ts'
import type { EventStreams } from './jobs/stream/streams.ts'

/** What the routes need of the rest of the service. */
export type HttpDeps = {
  readonly database: Database
  readonly jobList: JobList
  readonly executor: Executor
  readonly feed: Feed
  readonly keyring: Keyring
  readonly tokens: JobTokens
  readonly sessions: Sessions
  readonly revocations: Revocations
  readonly limits: LimitBook
  readonly budget: RequestBudget
  readonly streamBudget: StreamBudget
  readonly storedBytes: StoredBytes
  readonly messageBudget: MessageBudget
  readonly streams: EventStreams
  readonly registry: Registry
  readonly rules: DefinitionRules
  /** Seals the secrets of webhooks and callbacks. */
  readonly secrets: SecretBox
  /** There is something to deliver. */
  readonly wakeDeliverer: () => void
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The body as it came, where it was JSON. */
    bodyText: string
    /** Aborts when the client goes away before it is answered. */
    gone: AbortSignal
  }
}

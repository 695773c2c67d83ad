import type { JobTokens } from '../access/jobTokens.ts'
import type { Keyring } from '../access/keyring.ts'
import type { LimitBook } from '../access/limitBook.ts'
import type { MessageBudget } from '../access/messageBudget.ts'
import type { RequestBudget } from '../access/requestBudget.ts'
import type { StoredBytes } from '../access/storedBytes.ts'
import type { UnsentAnswers } from '../access/unsentAnswers.ts'
import type { StreamBudget } from '../access/streamBudget.ts'
import type { Versions } from '../definitions/versions.ts'
import type { Registry } from '../engine/registeredBlock.ts'
import type { Executor } from '../executor/executor.ts'
import type { Feed } from '../feed/feed.ts'
import type { Database } from '../store/client.ts'
import type { AnswerLinks } from '../secrets/answerLinks.ts'
import type { SecretBox } from '../secrets/box.ts'
import type { SecretShelf } from '../secrets/shelf.ts'
import type { DefinitionRules } from '../wire/parseDefinition.ts'
import type { TenantPermits } from '../process/tenantPermits.ts'

/** What the functions of `service/` stand on; each names the part that it needs. */
export type ServiceDeps = {
  readonly database: Database
  readonly executor: Executor
  readonly feed: Feed
  readonly registry: Registry
  /** The versions of definitions that jobs are of. */
  readonly versions: Versions
  /** What the operator allows in one definition. */
  readonly rules: DefinitionRules
  /** How large one value may be, as JSON. */
  readonly valueLimitBytes: number
  /** How large one definition may be, as JSON. */
  readonly bodyLimitBytes: number
  readonly budget: RequestBudget
  /** Lets jobs of batches in, of each tenant so many at once: batches take turns. */
  readonly batchPermits: TenantPermits
  readonly keyring: Keyring
  readonly tokens: JobTokens
  readonly limits: LimitBook
  readonly storedBytes: StoredBytes
  readonly messageBudget: MessageBudget
  readonly streamBudget: StreamBudget
  readonly answers: UnsentAnswers
  /** Seals secrets: of tenants, webhooks and callbacks. */
  readonly secrets: SecretBox
  /** Links to questions, for people without a key. */
  readonly links: AnswerLinks
  /** What is known of tenants' secrets. */
  readonly shelf: SecretShelf
  /** The database's time in milliseconds since 1970. */
  readonly now: () => number
  /** There is something to claim. */
  readonly wakeClaimer: () => void
  /** There is something to deliver. */
  readonly wakeDeliverer: () => void
}

import { JobTokens } from '../access/jobTokens.ts'
import { Keyring } from '../access/keyring.ts'
import { LimitBook } from '../access/limitBook.ts'
import { MessageBudget } from '../access/messageBudget.ts'
import { RequestBudget } from '../access/requestBudget.ts'
import { Revocations } from '../access/revocations.ts'
import { Sessions } from '../access/sessions.ts'
import { StoredBytes } from '../access/storedBytes.ts'
import { UnsentAnswers } from '../access/unsentAnswers.ts'
import { TenantPermits } from '../process/tenantPermits.ts'
import { BATCH_JOBS_OF_TENANT } from '../service/batches/submit.ts'
import type { Base } from './base.ts'
import type { Store } from './database.ts'

/** Who may come in, and how much they may do: opened. */
export type Access = Awaited<ReturnType<typeof openAccess>>

/** Who may come in, and how much they may do. */
export async function openAccess({ config, telemetry, stack, secrets }: Base, { database }: Store) {
  const keyring = await Keyring.open({ database, telemetry })
  stack.defer(() => keyring.close())
  const revocations = new Revocations(database, telemetry)
  stack.defer(() => revocations.close())
  return {
    keyring,
    revocations,
    tokens: await JobTokens.open(database, secrets),
    sessions: await Sessions.open(database, secrets, config.PUBLIC_URL?.startsWith('https:') ?? false),
    limits: new LimitBook(database, telemetry),
    budget: new RequestBudget(database, telemetry),
    batchPermits: new TenantPermits(BATCH_JOBS_OF_TENANT),
    storedBytes: new StoredBytes(database, telemetry),
    messageBudget: new MessageBudget(database, telemetry),
    answers: new UnsentAnswers({ minBytesPerSecond: config.MIN_READ_BYTES_PER_SECOND }),
  }
}

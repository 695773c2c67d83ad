import type { Versions } from '../../definitions/versions.ts'
import type { SecretInputs } from '../../engine/secrets/inputs.ts'
import { missingBlocks, type Plan, planJob } from '../../engine/plan/plan.ts'
import type { Registry } from '../../engine/registeredBlock.ts'
import type { Entry, StepEntry } from '../../engine/run/entry.ts'
import { apply, cancelRun } from '../../engine/run/run.ts'
import { turns } from '../../process/turns.ts'
import type { SecretShelf } from '../../secrets/shelf.ts'
import type { Database } from '../../store/client.ts'
import type { ClaimedJob } from '../../store/jobs/claim.ts'
import { type JournalEnd, mendJob } from '../../store/jobs/mend.ts'
import { type JournalEntry, readJournal } from '../../store/journal/read.ts'
import { entryOfStored, pathsOf } from '../../wire/stored.ts'
import { type ActiveRun, createActiveRun, type SharedRunContext } from './activeRun.ts'
import type { Inbox } from './inbox.ts'
import { knewOfCancel, toldJobTimeout } from './oldForm.ts'
import { begunWaits, followWaits } from './waits.ts'
import { storedJson } from '../../engine/values/storedJson.ts'
import type { CheckFailure } from '../../engine/plan/checks.ts'

/** From this takeover on without a record in between, a job may be what kills its replicas. */
export const SUSPECT_TAKEOVERS = 2

/** What a claimed job becomes a run with. */
export type ResumeDeps = {
  readonly database: Database
  readonly registry: Registry
  readonly versions: Versions
  readonly context: SharedRunContext
  readonly maxTakeovers: number
  readonly inbox: Inbox
  /** Opens the secret local values of jobs. */
  readonly secrets: Pick<SecretShelf, 'inputsOf'>
}

/**
 * A claimed job, ready to run; or the blocks that this replica lacks for it; or how far its journal goes where its row
 * said otherwise: that is mended, for the next claim to go on from.
 */
export type Resumed = { readonly active: ActiveRun } | { readonly missing: string[] } | { readonly mended: JournalEnd }

const CHECKS = storedJson<readonly (CheckFailure | null)[]>()

/**
 * Goes on with a job where its last recorded step ended, variables included.
 *
 * @param provedAt the lapses of the lease that were known before the job was claimed
 */
export async function resumeJob(claimed: ClaimedJob, provedAt: number, deps: ResumeDeps): Promise<Resumed> {
  if (!turns.hasTime()) await turns.next(claimed.tenant)
  const failures = claimed.checks === null ? [] : CHECKS.read(claimed.checks)
  const { definition, version } = await deps.versions.read(claimed)
  if (!turns.hasTime()) await turns.next(claimed.tenant)
  const plan = version?.plan(definition, deps.registry, failures) ?? planJob(definition, deps.registry, failures)
  const inputs = deps.secrets.inputsOf(claimed, definition.localValues)
  const journal = await readRecord(claimed, plan, deps)
  if (journal.rows !== claimed.rows) return { mended: await mend(claimed, journal, deps) }
  const entries = revealed(journal.entries.map(entryOfStored), inputs)
  const neverBegun = claimed.cancelAt !== null && claimed.startedAt === null
  const missing = neverBegun ? [] : missingBlocks(plan, lastStepOf(entries)?.position ?? 0)
  if (missing.length > 0) return { missing }
  const { tenant, id, createdAt, nonce, fence, takeovers } = claimed
  const startedAt = claimed.startedAt ?? createdAt
  const suspect = isSuspect(claimed)
  const active = createActiveRun(
    {
      tenant,
      id,
      plan,
      createdAt,
      startedAt,
      nonce,
      fence,
      suspect,
      provedAt,
      ran: claimed.ranMs,
      scheduledFor: claimed.scheduledFor,
      createdBy: claimed.createdBy,
      takeovers: claimed.takeoversTotal,
      inputs,
    },
    deps.context,
  )
  active.rows = claimed.rows
  active.ranMs = claimed.ranMs
  await fold(active, entries, journal.entries, deps.context.limits.jobTimeoutMs)
  // Those of its own that are among them are written already.
  if (definition.rerunOf !== null) active.copiedWaits = begunWaits(active.run, entries, 0)
  await deps.inbox.fetchAll(active, claimed.signals)
  active.run.givenUp = takeovers >= deps.maxTakeovers
  active.lastChanceAt = active.run.givenUp ? active.rows : null
  if (claimed.cancelAt !== null) {
    cancelRun(active.run, {
      begun: !neverBegun,
      inHand: takeovers > 0 && !knewOfCancel(claimed.cancelAt, journal.entries),
    })
  }
  return { active }
}

/** Takes up what is recorded, as it was taken up when it happened. @param journal the same, as it was read */
async function fold(
  active: ActiveRun,
  entries: readonly Entry[],
  journal: readonly JournalEntry[],
  jobTimeoutMs: number,
): Promise<void> {
  const { run } = active
  for (const [i, entry] of entries.entries()) {
    if (!turns.hasTime()) await turns.next(active.tenant)
    if (entry.kind === 'step' && !run.timedOut && toldJobTimeout(journal[i], run.startedAt + jobTimeoutMs)) {
      apply(run, { kind: 'mark', path: '', at: entry.finishedAt, mark: { kind: 'timed-out' } })
    }
    apply(run, entry)
    followWaits(active.waiting, entry)
    if (entry.kind === 'step') entry.variables = null
  }
  active.recorded = run.told
}

function lastStepOf(entries: readonly Entry[]): StepEntry | undefined {
  return entries.findLast((entry) => entry.kind === 'step')
}

/** Whether a job may be what killed its replicas: it is run so that it can be told from its neighbours. */
export function isSuspect({ takeovers }: ClaimedJob): boolean {
  return takeovers >= SUSPECT_TAKEOVERS
}

/** The run's own record has signs in the place of its secret local values. */
function revealed(entries: Entry[], inputs: SecretInputs | null): Entry[] {
  if (inputs === null) return entries
  return entries.map((entry) => (entry.kind === 'mark' ? { ...entry, mark: inputs.reveal(entry.mark) } : entry))
}

/** What is on record of a job, as its journal says it. */
type Recorded = { readonly entries: readonly JournalEntry[]; readonly rows: number }

async function readRecord(claimed: ClaimedJob, plan: Plan, { database }: ResumeDeps): Promise<Recorded> {
  if (claimed.fresh && claimed.lastSeq === 0 && claimed.rows === 0) return { entries: [], rows: 0 }
  return readJournal(database, claimed, pathsOf(plan.definition))
}

/** A run that went on from such a row would be refused its next record, at every attempt; or leave a gap behind. */
async function mend(claimed: ClaimedJob, { entries, rows }: Recorded, { database }: ResumeDeps): Promise<JournalEnd> {
  const end = { rows, lastSeq: entries.findLast(({ seq }) => seq !== null)?.seq ?? 0 }
  await mendJob(database, claimed, end)
  return end
}

import type { Version } from '../../definitions/version.ts'
import type { Definition } from '../../engine/definition.ts'
import type { Plan } from '../../engine/plan/plan.ts'
import type { TakenOver } from '../../engine/rerun/takeOver.ts'
import type { KnownSecrets } from '../../engine/secrets/given.ts'
import type { SecretInputs } from '../../engine/secrets/inputs.ts'
import type { NewJob, NewJobProgress } from '../../store/jobs/newJob.ts'
import { parentToWire } from '../../wire/jobView.ts'
import { metadataLabel, parentLabel, scheduleLabel, tagLabel } from '../../wire/labels.ts'
import type { ParsedJob, Start } from '../../wire/parseDefinition.ts'

/** A tenant's bounds on its jobs; null: none. */
export type TenantBounds = { readonly running: number | null; readonly queued: number | null }

/** A job on its way in. */
export type Submission = {
  readonly tenant: string
  readonly id: string
  /** The id of the key that posts it; null: the service has no keys. */
  readonly createdBy: string | null
  readonly job: ParsedJob
  /** Whose job it is, where it is what that version says; null: it is planned by itself. */
  readonly version: Version | null
  /** What the tenant may have at most; null: no bound. */
  readonly bounds: TenantBounds
  /** The definition as it was posted. */
  readonly text: string
  readonly idempotency: { readonly key: string; readonly hash: Buffer } | null
  /** Those of the secrets it names that are there; null: it names none. */
  readonly secrets: KnownSecrets | null
  /** The firing of a schedule that makes it; null: none does. */
  readonly firing: { readonly moment: number; readonly heldBack: boolean } | null
  /** The job's own callbacks, as they are stored; null: none. */
  readonly callbacks: string | null
  /** Whether who submits it tells the log of an end that is committed with it. */
  readonly isLogged: boolean
  /** Its secret local values, and the same sealed; left out: it has none. */
  readonly inputs?: { readonly known: SecretInputs; readonly sealed: string }
  /** Of a child: the fence under which its parent is run, which must still hold. */
  readonly parentFence?: string
  /** What it goes on from, of another job; left out: it begins at its begin. */
  readonly takenOver?: TakenOver
}

/** What is drawn for a job when it comes in. */
export type Origin = {
  readonly nonce: string
  readonly createdAt: number
  /** The moment that was asked for; null: none. */
  readonly scheduledFor: number | null
}

/** The moment at which a job is to begin, as it was asked for. */
export function startMoment(start: Start | null, createdAt: number): number | null {
  if (start === null) return null
  return 'at' in start ? start.at : createdAt + start.afterMs
}

/** A job as it is to be written. `owned`: this replica has a slot for it, and goes on with it. */
export function newJob(
  submission: Submission,
  plan: Plan,
  { nonce, createdAt, scheduledFor }: Origin,
  progress: NewJobProgress,
  owned = false,
): NewJob {
  const { tenant, id, createdBy, text, idempotency, callbacks, parentFence, inputs } = submission
  const { name, tags, metadata, stepLimit, blockLimitOverrides, of, schedule, parent, rerunOf } = plan.definition
  const plain =
    schedule === null &&
    parent === null &&
    rerunOf === null &&
    tags.length === 0 &&
    stepLimit === null &&
    isEmpty(metadata) &&
    isEmpty(blockLimitOverrides)
  return {
    tenant,
    id,
    createdBy,
    idempotency,
    definition: text,
    checks: plan.failures.every((failure) => failure === null) ? null : JSON.stringify(plan.failures),
    name,
    labels: plain
      ? null
      : JSON.stringify({
          tags,
          metadata,
          step_limit: stepLimit,
          block_limit_overrides: blockLimitOverrides,
          ...(schedule === null ? {} : { schedule }),
          ...(parent === null ? {} : { parent: parentToWire(parent) }),
          ...(rerunOf === null ? {} : { rerun_of: rerunOf }),
        }),
    of,
    labelRows: plain ? NO_LABELS : labelRowsOf(plan.definition),
    nonce,
    callbacks,
    ...(inputs === undefined ? {} : { sealedInputs: inputs.sealed }),
    ...(schedule === null ? {} : { schedule }),
    ...(parent === null ? {} : { parent: { ...parent, fence: parentFence ?? '0' } }),
    createdAt,
    scheduledFor,
    owned,
    progress,
  }
}

const NO_LABELS: readonly string[] = []

/** What the list of jobs can be asked for. */
function labelRowsOf({ tags, metadata, schedule, parent }: Definition): string[] {
  return [
    ...[...new Set(tags)].map(tagLabel),
    ...Object.entries(metadata).map(([key, value]) => metadataLabel(key, value)),
    ...(schedule === null ? [] : [scheduleLabel(schedule)]),
    ...(parent === null ? [] : [parentLabel(parent.jobId)]),
  ]
}

function isEmpty(object: object): boolean {
  for (const _ in object) return false
  return true
}

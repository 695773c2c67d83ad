import type { Entry } from '../../engine/run/entry.ts'
import type { FailureOfStep } from './failure.ts'

/** A job on its way into the database, with what its leading pure steps gave already. */
export type NewJob = {
  readonly tenant: string
  readonly id: string
  /** The id of the key that posted it; null: the service has no keys. */
  readonly createdBy: string | null
  /** The client's key and the hash of what it stands for; null without one. */
  readonly idempotency: { readonly key: string; readonly hash: Buffer } | null
  /** As posted. */
  readonly definition: string
  readonly checks: string | null
  readonly name: string | null
  readonly labels: string | null
  /** The definition that it named; null: it brought its own steps. */
  readonly of: { readonly name: string; readonly version: number } | null
  /** The schedule that makes it; left out: none does. */
  readonly schedule?: string
  /** What the list can be filtered by. */
  readonly labelRows: readonly string[]
  readonly nonce: string
  /** The job's own callbacks, as `insertMessages` reads them; null: none. */
  readonly callbacks: string | null
  /** Its secret local values, sealed; left out: it has none. */
  readonly sealedInputs?: string
  /** Of a child job: who made it. */
  readonly parent?: NewJobParent
  readonly createdAt: number
  /** The moment that was asked for, in milliseconds since 1970; null: none. */
  readonly scheduledFor: number | null
  /** This replica goes on with the job: it has a slot for it. */
  readonly owned: boolean
  readonly progress: NewJobProgress
}

/** The job and the step that make a child, and the fence of that job: the child is made only where it still holds. */
export type NewJobParent = { readonly jobId: string; readonly step: string; readonly fence: string }

/** The failed step that explains a job: its path, and the `seq` of its entry, since paths are not unique. */
export type FailedStep = { readonly path: string; readonly seq: number; readonly failure: FailureOfStep }

/** How far a job is when it is accepted. */
export type NewJobProgress =
  /** `entries`: what it goes on from, of another job. */
  | { readonly state: 'queued'; readonly entries: readonly Entry[] }
  /** Comes into the queue when its moment comes: `scheduledFor`. */
  | { readonly state: 'scheduled' }
  /** Scheduled as well, and comes into the queue when it is let go. */
  | { readonly state: 'held-back' }
  | BegunProgress
  | FinishedProgress

/** Begun here. */
export type BegunProgress = {
  readonly state: 'running'
  readonly startedAt: number
  readonly entries: readonly Entry[]
  /** The path of the step with effects that begins as soon as this is committed. */
  readonly currentStep: string | null
  readonly failed: FailedStep | null
}

/** Over before it was accepted. */
export type FinishedProgress = {
  readonly state: 'succeeded' | 'failed'
  readonly startedAt: number
  readonly finishedAt: number
  readonly entries: readonly Entry[]
  readonly failed: FailedStep | null
  /** As JSON text where a step changed them. */
  readonly variables: string | null
  readonly output: string | null
  readonly outputOmitted: boolean
}

/** What became of it. `id-taken` and `key-taken` left nothing behind. */
export type Acceptance =
  /** `told`: messages were inserted with the group. `rows`: of the journal, so far. */
  | {
      readonly kind: 'accepted'
      readonly owned: boolean
      readonly fence: string
      readonly rows: number
      readonly told: boolean
    }
  | { readonly kind: 'id-taken' }
  | { readonly kind: 'key-taken' }

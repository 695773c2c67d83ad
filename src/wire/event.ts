import { type Static, Type } from 'typebox'
import { type WrittenStep, writtenSteps } from '../engine/plan/written.ts'
import type { WaitEntry } from '../engine/run/entry.ts'
import type { JobWire, StepWire } from './job.ts'
import type { StepEnd } from './jobTree.ts'
import { type JobView, jobToWire, stepToWire, timestamp, waitingStepToWire } from './jobView.ts'
import { refTo } from './ref.ts'

const seq = Type.Integer({
  minimum: 1,
  description: "Counts a job's events, without gaps; it says nothing about positions.",
})
const moment = (description: string) => Type.String({ format: 'date-time', description })

const JobOfStep = Type.Object(
  {
    id: Type.String(),
    name: Type.Union([Type.String(), Type.Null()]),
    state: Type.Literal('running'),
    success: Type.Null(),
  },
  { description: 'The job that the step belongs to; it is not over.' },
)

/** A step reached its final status: told once for every step, skipped ones too, in the order in which they reached it. */
export const StepUpdated = Type.Object(
  {
    type: Type.Literal('step.updated'),
    seq,
    timestamp: moment("The step's `finished_at`."),
    data: Type.Object({
      job: JobOfStep,
      step: refTo<StepWire>('Step'),
    }),
  },
  { $id: 'StepUpdated', description: 'A step reached its final status.' },
)
export type StepUpdated = Static<typeof StepUpdated>

/** A step began to wait for a person or an event: told once, also where it did not have to wait for long. */
export const StepWaiting = Type.Object(
  {
    type: Type.Literal('step.waiting'),
    seq,
    timestamp: moment('When the wait began.'),
    data: Type.Object({
      job: JobOfStep,
      step: { ...refTo<StepWire>('Step'), description: 'What it waits for stands in its `waiting`.' },
    }),
  },
  { $id: 'StepWaiting', description: 'A step began to wait for a person or a signal.' },
)
export type StepWaiting = Static<typeof StepWaiting>

/** A job is over: told once, last. */
export const JobFinished = Type.Object(
  {
    type: Type.Literal('job.finished'),
    seq,
    timestamp: moment("The job's `finished_at`."),
    data: Type.Object({
      job: Type.Unsafe<JobWire>({ ...refTo<JobWire>('Job'), description: 'The job, without its steps.' }),
      failed_step: Type.Union([refTo<StepWire>('Step'), Type.Null()], {
        description: 'The last step that failed, or null.',
      }),
    }),
  },
  { $id: 'JobFinished', description: 'A job is over. No event follows.' },
)
export type JobFinished = Static<typeof JobFinished>

/** What is told of a job. More kinds may come: clients ignore what they don't know. */
export const Event = Type.Union(
  [refTo<StepUpdated>('StepUpdated'), refTo<StepWaiting>('StepWaiting'), refTo<JobFinished>('JobFinished')],
  {
    $id: 'Event',
    description: 'An event of a job. More kinds may come: ignore a `type` that you do not know.',
  },
)

/** An event of a job, by its `type`. */
export type EventWire = StepUpdated | StepWaiting | JobFinished

/** A step as it is recorded: `seq` is its event's number. */
export type NumberedStep = StepEnd & { readonly seq: number; readonly finishedAt: number }

/** The event of a recorded step. Needs of the job only what never changes. */
export function stepUpdated(
  job: { readonly id: string; readonly name: string | null },
  step: WrittenStep,
  end: NumberedStep,
): StepUpdated {
  return {
    type: 'step.updated',
    seq: end.seq,
    timestamp: timestamp(end.finishedAt),
    data: { job: { id: job.id, name: job.name, state: 'running', success: null }, step: stepToWire(step, end) },
  }
}

/** The event of a wait that began. */
export function stepWaiting(
  job: { readonly id: string; readonly name: string | null },
  step: WrittenStep,
  { seq: number, entry }: ToldWait,
): StepWaiting {
  return {
    type: 'step.waiting',
    seq: number,
    timestamp: timestamp(entry.wait.since),
    data: {
      job: { id: job.id, name: job.name, state: 'running', success: null },
      step: waitingStepToWire(step, entry),
    },
  }
}

/** A wait that began, and its event's number. */
export type ToldWait = { readonly seq: number; readonly entry: WaitEntry }

/**
 * The event of a job's end.
 *
 * @param job a job that is over
 * @param recorded the last seq among its steps: its end comes next
 * @param failed how the last step that failed ended, or null
 */
export function jobFinished(
  job: JobView & { readonly finishedAt: number },
  recorded: number,
  failed: (StepEnd & { readonly written: number }) | null,
): JobFinished {
  const step = failed === null ? undefined : writtenSteps(job.definition)[failed.written]
  return {
    type: 'job.finished',
    seq: recorded + 1,
    timestamp: timestamp(job.finishedAt),
    data: {
      job: jobToWire(job),
      failed_step: step === undefined || failed === null ? null : stepToWire(step, failed),
    },
  }
}

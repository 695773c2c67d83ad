import { type Static, Type } from 'typebox'
import { STATUS_NAMES } from '../engine/status.ts'
import { JOB_STATES, type JobState } from '../store/jobs/jobState.ts'
import { openEnum } from './openEnum.ts'
import type { DefinitionProblem } from '../engine/validate/problem.ts'
import { refTo } from './ref.ts'
import { AnyJson } from './json.ts'

export { JOB_STATES, type JobState } from '../store/jobs/jobState.ts'

/** Those of a job that is over. */
export const FINAL_STATES: ReadonlySet<string> = new Set(['succeeded', 'failed', 'cancelled'])

/** RFC 3339, UTC, milliseconds; null: not yet, or not at all. */
const moment = (description: string) => Type.Union([Type.String({ format: 'date-time' }), Type.Null()], { description })

/** A status by name and number. Names and numbers may grow in number; below 0 is not final, 0 done, from 100 on final. */
export const Status = Type.Object(
  {
    name: openEnum(STATUS_NAMES, 'The list may grow: ignore what you do not know.'),
    value: Type.Integer({ description: 'Below 0 not final, 0 done, from 100 on final.' }),
  },
  { $id: 'Status', examples: [{ name: 'DONE', value: 0 }], description: 'How far a step is, or how it ended.' },
)
export type StatusWire = Static<typeof Status>

/** The block that a step names, parted at the first dot. */
export const BlockName = Type.Object(
  { category: Type.Union([Type.String(), Type.Null()]), name: Type.String() },
  { $id: 'BlockName', examples: [{ category: 'TEXT', name: 'JOIN' }] },
)

/** One attempt of a step that had more than one. */
export const Attempt = Type.Object(
  {
    started_at: Type.String({ format: 'date-time' }),
    finished_at: Type.String({ format: 'date-time' }),
    error: Type.Unknown({ description: 'Null: it went well.' }),
  },
  { $id: 'Attempt', description: 'One attempt of a step.' },
)
export type AttemptWire = Static<typeof Attempt>

/** What is below a step, counted. */
export const Children = Type.Object(
  {
    total: Type.Integer({ minimum: 0 }),
    done: Type.Integer({ minimum: 0, description: '`DONE` or `HANDLED`.' }),
    failed: Type.Integer({ minimum: 0 }),
    waiting: Type.Integer({ minimum: 0 }),
  },
  { $id: 'Children', description: 'The steps of the sequences below a step that began so far, counted.' },
)
export type ChildrenWire = Static<typeof Children>

/** What a step waits for. */
export const Waiting = Type.Object(
  {
    kind: openEnum(['sleep', 'signal', 'ask', 'job', 'retry', 'every'], 'What it waits for. More kinds may come.'),
    since: Type.String({ format: 'date-time' }),
    until: moment('When the wait ends by itself; null: never.'),
    name: Type.Optional(Type.String({ description: 'Of `signal`: its name.' })),
    job_id: Type.Optional(Type.String({ description: 'Of `job`: the id of the child job.' })),
    title: Type.Optional(Type.Union([Type.String(), Type.Null()], { description: 'Of `ask`, as what follows.' })),
    text: Type.Optional(Type.Union([Type.String(), Type.Null()])),
    form: Type.Optional(Type.Unknown({ description: 'A JSON Schema of the answer.' })),
    to: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  },
  { $id: 'Waiting', description: 'What a step waits for, and until when.' },
)
export type WaitingWire = Static<typeof Waiting>

/** A step of a job, as written and as far as it ran. */
export const Step = Type.Object(
  {
    id: Type.String({ description: "The client's id, or the position." }),
    path: Type.String({ description: 'Names the step within its job, with the rounds and branches it stands in.' }),
    parent: Type.Union([Type.String(), Type.Null()], { description: 'The path of the step around it.' }),
    depth: Type.Integer({ minimum: 0, description: 'How many steps are around it.' }),
    position: Type.Integer({ minimum: 1, description: 'Its place in its own sequence.' }),
    title: Type.Union([Type.String(), Type.Null()]),
    description: Type.Union([Type.String(), Type.Null()]),
    action: Type.String({ examples: ['TEXT.JOIN'] }),
    block: refTo<Static<typeof BlockName>>('BlockName'),
    parameters: Type.Record(Type.String(), Type.Unknown(), { description: 'As written, tags unresolved.' }),
    forced: Type.Boolean(),
    if: Type.Unknown({ description: 'The condition as written; null without one.' }),
    status: refTo<StatusWire>('Status'),
    return_value: Type.Unknown({
      description: 'What the block gave; for a failed step `{ "type", "message" }`; null before the end.',
    }),
    error: Type.Unknown({ description: 'What failed first, where a catch went on in its place; else null.' }),
    attempt: Type.Integer({ minimum: 0, description: 'Attempts that were made, one that runs too.' }),
    attempts: Type.Optional(
      Type.Array(refTo<AttemptWire>('Attempt'), { description: 'The last 20, where there was more than one.' }),
    ),
    waiting: Type.Union([refTo<WaitingWire>('Waiting'), Type.Null()], {
      description: 'What it waits for; null where it does not wait, as far as it is committed.',
    }),
    children: Type.Optional({
      ...refTo<ChildrenWire>('Children'),
      description: 'Where steps may stand below it. Events leave it out.',
    }),
    progress: Type.Optional(
      Type.Object(
        { done: Type.Number(), total: Type.Optional(Type.Number()), message: Type.Optional(Type.String()) },
        { description: 'What its block said last of how far it is, at most a second ago; while it runs.' },
      ),
    ),
    started_at: moment('When its block was called, or what is below it began; null if it was not.'),
    finished_at: moment('When its status became final.'),
    resolved: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), {
        description:
          'The parameters as they were after tags, of a step that failed (`RECORD_PARAMETERS`): 16 KiB at most, larger values are `{ "omitted": BYTES }`. Never in events.',
      }),
    ),
    copied: Type.Optional(
      Type.Boolean({ description: 'True where it was taken over from the job that is run again.' }),
    ),
  },
  { $id: 'Step', description: 'A step of a job.' },
)
export type StepWire = Static<typeof Step>

/** Why a job failed. */
export const JobError = Type.Object(
  {
    step: Type.String({ description: 'The path of the step: `failed_step`; empty where none can be named.' }),
    action: Type.String({ examples: ['HTTP.REQUEST'] }),
    status: openEnum(STATUS_NAMES, 'The list may grow: ignore what you do not know.'),
    type: Type.String({ description: "The type of the step's error.", examples: ['HttpStatus503'] }),
    message: Type.String({ maxLength: 500, description: 'Cut at 500 characters; whole it stands in the step.' }),
  },
  { $id: 'JobError', description: 'Why a job failed: what its `failed_step` ended with.' },
)
export type JobErrorWire = Static<typeof JobError>

const summary = {
  id: Type.String({ examples: ['01937c5e-0f1e-7c7a-b1f0-2f6a5d0f8f11'] }),
  name: Type.Union([Type.String(), Type.Null()]),
  state: openEnum<JobState>([...JOB_STATES], 'More may come. A job that is over (`finished_at` is set) never changes.'),
  success: Type.Union([Type.Boolean(), Type.Null()], { description: 'Null until the end.' }),
  failed_step: Type.Union([Type.String(), Type.Null()], { description: 'The path of the last step that failed.' }),
  error: Type.Union([refTo<JobErrorWire>('JobError'), Type.Null()], { description: 'Why that step failed.' }),
  current_step: Type.Union([Type.String(), Type.Null()], {
    description:
      'The path of the step with effects that is running, or of the step that waits, as far as it is committed.',
  }),
  tags: Type.Array(Type.String()),
  metadata: Type.Record(Type.String(), Type.String()),
  definition: Type.Union([Type.Object({ name: Type.String(), version: Type.Integer() }), Type.Null()], {
    description: 'The definition that the job named in place of steps.',
  }),
  schedule: Type.Union([Type.String(), Type.Null()], { description: 'The schedule that made it.' }),
  parent: Type.Union([Type.Object({ job_id: Type.String(), step: Type.String() }), Type.Null()], {
    description: 'The job of which it is a child, and the path of the step that made it.',
  }),
  rerun_of: Type.Union([Type.String(), Type.Null()], { description: 'The job that this one runs again.' }),
  step_limit: Type.Union([Type.Integer(), Type.Null()]),
  block_limit_overrides: Type.Record(Type.String(), Type.Union([Type.Integer(), Type.Null()])),
  created_by: Type.Union([Type.String(), Type.Null()], {
    description: 'The id of the key that posted it; null where the service had no keys.',
  }),
  takeovers: Type.Integer({ minimum: 0, description: 'How often another replica had to go on with it.' }),
  created_at: Type.String({ format: 'date-time' }),
  scheduled_for: moment('The moment that was asked for when it was posted.'),
  started_at: moment('When its run first began.'),
  finished_at: moment('When it was over; a job that is over never changes.'),
}

/** A job as the list shows it. */
export const JobSummary = Type.Object(
  {
    ...summary,
    steps: Type.Optional(Type.Array(refTo<StepWire>('Step'), { description: 'Only with `include=steps`.' })),
  },
  {
    $id: 'JobSummary',
    description: 'A job without its values and steps.',
  },
)
export type JobSummaryWire = Static<typeof JobSummary>

/** A job, whole. `steps` is left out where it was not asked for. */
export const Job = Type.Object(
  {
    ...summary,
    title: Type.Union([Type.String(), Type.Null()]),
    description: Type.Union([Type.String(), Type.Null()]),
    variables: Type.Record(Type.String(), Type.Unknown(), { description: 'After the last committed step.' }),
    local_values: Type.Record(Type.String(), Type.Unknown()),
    step_runs: Type.Integer({ minimum: 0, description: 'How many records its steps have, rounds counted.' }),
    output: AnyJson({ description: 'The result that the definition asked for; null until the end.' }),
    omitted: Type.Optional(
      Type.Array(Type.String(), {
        description:
          'Fields that are not told: too large to be kept, damaged where they were kept, or an output that could not be made; a dry run tells why.',
      }),
    ),
    steps: Type.Optional(Type.Array(refTo<StepWire>('Step'))),
    problems: Type.Optional(
      Type.Array(refTo<DefinitionProblem>('DefinitionProblem'), {
        description:
          'What may be wrong with the definition, in answers to `?validate=warn`; why the output could not be made, in those of a dry run.',
      }),
    ),
  },
  { $id: 'Job', description: 'A job: its definition, where it stands and what it gave.' },
)
export type JobWire = Static<typeof Job>

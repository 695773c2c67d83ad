import { Type } from 'typebox'
import type { ErrorValue } from '../../errors.ts'
import { FlowFailure } from '../failure.ts'
import type { FlowAction } from '../flowAction.ts'
import type { FlowRun, StepFrame } from '../state.ts'
import { isObject, type Json, type JsonObject } from '../../values/json.ts'
import { isJobId, JOB_ID, JOB_ID_IN_WORDS } from '../../values/jobId.ts'
import { uuidOf } from '../../values/uuid.ts'
import { WaitRun } from './waitRun.ts'

/** What a child job is made of: its id, and what a client would post. */
export type ChildRequest = { readonly id: string; readonly job: JsonObject }

/** Runs a job of its own and waits for its end. Gives its output. */
export const job: FlowAction = {
  action: 'FLOW.JOB',
  description: 'Runs a child job and waits for its end.',
  keywords: ['subworkflow', 'child', 'call', 'nested', 'sub-process'],
  parameters: Type.Object({
    definition: Type.Optional(Type.String({ description: 'The name of a definition.' })),
    version: Type.Optional(Type.Integer({ minimum: 1, description: 'Its version; default the latest.' })),
    job: Type.Optional(Type.Record(Type.String(), Type.Unknown(), { description: 'A definition, written here.' })),
    local_values: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    metadata: Type.Optional(Type.Record(Type.String(), Type.String())),
    id: Type.Optional(Type.String({ pattern: JOB_ID, description: 'Its id.' })),
  }),
  returns: Type.Unknown(),
  shape: { timeout: 'may', retry: 'may' },
  asWritten: 'job',
  hasOwnId: ({ id, job: written }) => givenId(id, written) !== null,
  check: ({ definition, job: written }) => {
    if ((definition === undefined) === (written === undefined))
      return 'one of the parameters definition and job is wanted'
    const own = isObject(written) ? written['id'] : undefined
    return own === undefined || (typeof own === 'string' && isJobId(own))
      ? null
      : `the parameter job.id must be ${JOB_ID_IN_WORDS}`
  },
  begin: (frame, { id, ...named }) => ({
    decision: { id: givenId(id, named['job']) ?? idOf(frame), job: postedOf(named) },
  }),
  open: (frame, decision: ChildRequest) => new JobRun(frame, decision),
}

/** The id that the author gave: in the step, or as that of the job in it. */
function givenId(id: unknown, written: unknown): string | null {
  const own = id ?? (isObject(written) ? written['id'] : undefined)
  return typeof own === 'string' ? own : null
}

/** An id that only this attempt of this step makes, and makes again after a crash. */
function idOf({ sequence, path, step, attempt }: StepFrame): string {
  return uuidOf(sequence.run.context.idempotencyKey(path, step.definition.position), `job ${attempt}`)
}

/** What a client would post. What is written in the step wins over what the job says. */
function postedOf({ job: written, ...named }: JsonObject): JsonObject {
  if (!isObject(written)) return named
  const { local_values: own, metadata } = named
  const locals = isObject(own) ? { local_values: { ...objectOf(written['local_values']), ...own } } : {}
  const labels = isObject(metadata) ? { metadata: { ...objectOf(written['metadata']), ...metadata } } : {}
  return { ...written, ...locals, ...labels }
}

function objectOf(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {}
}

function textOr(value: Json | undefined, other: string): string {
  return typeof value === 'string' ? value : other
}

/** The error that stands for the child's in a dry run. */
function errorGiven(error: Json): ErrorValue {
  const { type, message, ...more } = isObject(error) ? error : {}
  return { ...more, type: textOr(type, 'Error'), message: textOr(message, '') }
}

class JobRun extends WaitRun implements FlowRun {
  readonly #frame: StepFrame
  readonly #request: ChildRequest
  #isOver = false

  constructor(frame: StepFrame, request: ChildRequest) {
    super(
      frame,
      (message) => message.kind === 'child' && message.id === request.id,
      (message) => {
        if (message.kind !== 'child' || message.success) return message.kind === 'child' ? message.output : null
        const error = isObject(message.error) ? message.error : null
        if (message.mocked === true) throw new FlowFailure(errorGiven(message.error), null)
        const told = typeof error?.['message'] === 'string' ? `: ${error['message']}` : ''
        throw new FlowFailure(
          { type: 'JobFailed', message: `the job ${request.id} failed${told}`, error: message.error },
          null,
        )
      },
    )
    this.#frame = frame
    this.#request = request
    frame.wait = { kind: 'job', since: frame.attemptAt, until: frame.until, id: request.id }
    frame.sequence.run.children.push({ frame, request })
    this.begin()
  }

  override decided(...taken: Parameters<WaitRun['decided']>): void {
    this.#isOver = true
    super.decided(...taken)
  }

  /** The step ended first: its child is of no use any more. */
  left(): void {
    if (!this.#isOver) this.#frame.sequence.run.orphans.push(this.#request.id)
  }
}

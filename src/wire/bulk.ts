import { type Static, Type } from 'typebox'
import { validatorOf } from '../engine/schemas/validator.ts'
import { pointerPart } from '../engine/values/pointer.ts'
import { FilterMistake, JobFilterProperties, type JobFilterRequest, readFilters } from './jobFilters.ts'
import { METADATA_KEY } from './patterns.ts'
import { type ProblemError, validationProblem } from './problem.ts'
import { fieldErrors } from './validationError.ts'

/** One operation takes so many jobs at most. */
const MAX_JOBS = 10_000

/** Many jobs at once. */
export const BulkInput = Type.Object(
  {
    action: Type.Union([Type.Literal('cancel'), Type.Literal('rerun'), Type.Literal('delete')], {
      description: '`cancel` takes only jobs that are not over, `rerun` and `delete` only those that are.',
    }),
    filter: Type.Object(JobFilterProperties, {
      minProperties: 1,
      description: 'Which jobs, with the filters of the list and values as in its query. At least one.',
    }),
    dry_run: Type.Optional(Type.Boolean({ default: false, description: 'Only counts them.' })),
    limit: Type.Optional(
      Type.Integer({ minimum: 1, maximum: MAX_JOBS, default: MAX_JOBS, description: 'Takes no more than so many.' }),
    ),
  },
  {
    $id: 'BulkInput',
    additionalProperties: false,
    description: 'One action on all jobs that fit.',
    examples: [{ action: 'cancel', filter: { state: 'queued', tag: 'nightly' }, dry_run: true }],
  },
)
export type BulkInput = Static<typeof BulkInput>

/** How far it is. */
export const BulkOperation = Type.Object(
  {
    id: Type.Union([Type.String(), Type.Null()], { description: 'Null of a dry run.' }),
    matched: Type.Integer({
      minimum: 0,
      description: 'Jobs that fit when it began, as far as they were counted; at the end those that were taken.',
    }),
    done: Type.Integer({ minimum: 0 }),
    failed: Type.Integer({ minimum: 0, description: 'Jobs that were over meanwhile, or not yet, or gone.' }),
    finished_at: Type.Union([Type.String({ format: 'date-time' }), Type.Null()], { description: 'Null: it goes on.' }),
  },
  { $id: 'BulkOperation', description: 'One action on many jobs, and how far it is.' },
)
export type BulkOperationWire = Static<typeof BulkOperation>

const validator = validatorOf(BulkInput)

/** What was asked for: the body, and its filter as the list takes it. */
export type ParsedBulk = { readonly input: BulkInput; readonly filter: JobFilterRequest }

/** Checks what was asked for. Throws `invalid-bulk` with a pointer to each validation error. */
export function parseBulk(given: unknown): ParsedBulk {
  if (!validator.Check(given)) throw invalid(fieldErrors(validator, given))
  const unknown = Object.keys(given.filter).filter((name) => !isFilter(name))
  if (unknown.length > 0) {
    throw invalid(
      unknown.map((name) => ({ pointer: `/filter${pointerPart(name.slice(0, 60))}`, detail: 'is no filter of jobs' })),
    )
  }
  try {
    return { input: given, filter: readFilters(given.filter) }
  } catch (error) {
    if (!(error instanceof FilterMistake)) throw error
    throw invalid([{ pointer: `/filter/${error.filter}`, detail: error.message }])
  }
}

const LABEL = 'metadata.'
const KEY = new RegExp(METADATA_KEY)

function isFilter(name: string): boolean {
  if (name.startsWith(LABEL)) return KEY.test(name.slice(LABEL.length))
  return Object.hasOwn(JobFilterProperties, name)
}

function invalid(errors: { readonly pointer: string; readonly detail: string }[]): ProblemError {
  return validationProblem('invalid-bulk', errors, 'the body is no action on jobs')
}

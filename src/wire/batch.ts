import { type Static, Type } from 'typebox'
import { isObject } from '../engine/values/json.ts'
import { JobByName, type JobInput } from './definition.ts'
import { type Problem, ProblemError } from './problem.ts'
import { refTo } from './ref.ts'

/** So many definitions fit into one batch. */
export const MOST_JOBS = 1000

/** Many definitions, each for itself. */
export const BatchInput = Type.Object(
  {
    jobs: Type.Array(Type.Union([refTo<JobInput>('JobInput'), refTo<JobByName>('JobByName')]), {
      minItems: 1,
      maxItems: MOST_JOBS,
      description: 'Each as `POST /v1/jobs` takes it.',
    }),
  },
  {
    $id: 'BatchInput',
    additionalProperties: false,
    description: 'Many definitions, each for itself.',
    examples: [
      {
        jobs: [
          { steps: [{ action: 'TEXT.JOIN', parameters: { text1: 'Hello ', text2: 'Ada' } }] },
          { steps: [{ action: 'TEXT.JOIN', parameters: { text1: 'Hello ', text2: 'Bob' } }] },
        ],
      },
    ],
  },
)
export type BatchInput = Static<typeof BatchInput>

const Accepted = Type.Object({
  status: Type.Literal(202),
  job: Type.Object({ id: Type.String(), state: Type.String({ description: 'When it was accepted; more may come.' }) }),
})
const Refused = Type.Object({
  status: Type.Integer({ description: 'What a single POST would have been answered with.', examples: [422] }),
  problem: refTo<Problem>('Problem'),
})

/** What became of each job of a batch. */
export const BatchResults = Type.Object(
  { results: Type.Array(Type.Union([Accepted, Refused]), { description: 'In the order of the jobs.' }) },
  { $id: 'BatchResults', description: 'What became of each job of a batch.' },
)
export type BatchResultWire = Static<typeof Accepted> | Static<typeof Refused>

/** What became of each job of a batch, in its order. */
export type BatchResultsWire = { readonly results: readonly BatchResultWire[] }

/** Checks a batch; its definitions are judged one by one. Throws a `ProblemError` `invalid-batch`. */
export function parseBatch(given: unknown): readonly unknown[] {
  if (!isObject(given)) throw invalid('', 'must be an object')
  const foreign = Object.keys(given).find((key) => key !== 'jobs')
  if (foreign !== undefined) throw invalid(`/${foreign.slice(0, 100)}`, 'is no field of a batch')
  const { jobs } = given
  if (!Array.isArray(jobs)) throw invalid('/jobs', 'must be a list of definitions')
  if (jobs.length === 0 || jobs.length > MOST_JOBS) {
    throw invalid('/jobs', `must hold 1 to ${MOST_JOBS} definitions, and holds ${jobs.length}`)
  }
  return jobs
}

function invalid(pointer: string, detail: string): ProblemError {
  return new ProblemError('invalid-batch', `${pointer || 'the body'} ${detail}`, { errors: [{ pointer, detail }] })
}

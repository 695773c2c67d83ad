import { Type } from 'typebox'
import { JOB_ID } from '../engine/values/jobId.ts'
import { JOB_STATES, type JobState } from './job.ts'
import { parseMomentOrDay } from './moment.ts'
import { listOfWords } from './patterns.ts'

/** One value, or several of which any will do. */
export type OneOrMore<Value> = Value | readonly Value[]

/** What jobs can be asked for; all that is given must hold. */
export type JobFilterRequest = {
  readonly state?: OneOrMore<JobState> | undefined
  /** The whole name. */
  readonly name?: string | undefined
  /** What the id begins with. */
  readonly idPrefix?: string | undefined
  /** Tags that jobs carry. */
  readonly tag?: OneOrMore<string> | undefined
  /** Names of the definitions that jobs are of. */
  readonly definition?: OneOrMore<string> | undefined
  /** Names of the schedules that made them. */
  readonly schedule?: OneOrMore<string> | undefined
  /** Ids of the jobs whose steps made them. */
  readonly parent?: OneOrMore<string> | undefined
  /** Ids of the keys that posted them. */
  readonly createdBy?: OneOrMore<string> | undefined
  /** Actions of the steps that explain their failures. */
  readonly actionFailed?: OneOrMore<string> | undefined
  /** Types of those steps' errors. */
  readonly errorType?: OneOrMore<string> | undefined
  /** Labels that jobs carry, by their keys; at most 50. */
  readonly metadata?: Readonly<Record<string, string>> | undefined
  /** Milliseconds since 1970; exclusive, as all of these. */
  readonly createdAfter?: number | undefined
  readonly createdBefore?: number | undefined
  readonly finishedAfter?: number | undefined
  readonly finishedBefore?: number | undefined
}

const any = (description: string, example: string) =>
  Type.Optional(
    Type.String({
      maxLength: 2000,
      description: `${description} Several values, separated by commas: any of them.`,
      examples: [example],
    }),
  )
const moment = (description: string) =>
  Type.Optional(
    Type.String({
      maxLength: 40,
      description: `${description} RFC 3339, or a date, which means its midnight in UTC; exclusive.`,
      examples: ['2026-11-24T00:00:00Z'],
    }),
  )

/** The filters as they stand in a query. */
export const JobFilterProperties = {
  state: Type.Optional(
    Type.String({
      pattern: listOfWords(JOB_STATES),
      description: `Where jobs are: ${JOB_STATES.join(', ')}. Several values, separated by commas: any of them.`,
      examples: ['failed', 'queued,running'],
    }),
  ),
  name: Type.Optional(Type.String({ maxLength: 200, description: 'The whole name.' })),
  id_prefix: Type.Optional(Type.String({ pattern: JOB_ID, description: 'What the id begins with.' })),
  tag: any('A tag that the job carries.', 'payments'),
  definition: any('The name of its definition.', 'refund'),
  schedule: any('The name of the schedule that made it.', 'nightly'),
  parent: any('The id of the job whose step made it.', '01937c5e-0f1e-7c7a-b1f0-2f6a5d0f8f11'),
  created_by: any('The id of the key that posted it.', 'key_01937c5e-0f1e-7c7a-b1f0-2f6a5d0f8f11'),
  action_failed: any('The action of the step that explains its failure.', 'HTTP.REQUEST'),
  error_type: any("The type of that step's error.", 'HttpStatus503,TimeoutError'),
  created_after: moment('Accepted after this moment.'),
  created_before: moment('Accepted before this moment.'),
  finished_after: moment('Over since this moment.'),
  finished_before: moment('Over before this moment.'),
  'metadata.KEY': Type.Optional(
    Type.String({ maxLength: 500, description: "A label's value; `KEY` stands for its name, `metadata.team=a`." }),
  ),
}

/** A filter that can't be one. */
export class FilterMistake extends Error {
  override readonly name = 'FilterMistake'
  /** Which it is. */
  readonly filter: string

  constructor(filter: string, detail: string) {
    super(`${filter} ${detail}`)
    this.filter = filter
  }
}

/** So many values of one filter. */
const MAX_VALUES = 20

/** Reads filters as they are written in a query. Throws a `FilterMistake`. */
export function readFilters(given: Readonly<Record<string, unknown>>): JobFilterRequest {
  const list = (name: string): string[] | undefined => {
    const values = textOf(given, name)?.split(',').filter(Boolean)
    if (values === undefined) return undefined
    // Taken for no filter, it would list, cancel or delete everything.
    if (values.length === 0) throw new FilterMistake(name, 'names no value')
    if (values.length > MAX_VALUES) throw new FilterMistake(name, `has more than ${MAX_VALUES} values`)
    return [...new Set(values)]
  }
  return {
    state: list('state') as JobState[] | undefined,
    name: textOf(given, 'name'),
    idPrefix: textOf(given, 'id_prefix'),
    tag: list('tag'),
    definition: list('definition'),
    schedule: list('schedule'),
    parent: list('parent'),
    createdBy: list('created_by'),
    actionFailed: list('action_failed'),
    errorType: list('error_type'),
    metadata: metadataOf(given),
    createdAfter: readMomentOf(given, 'created_after'),
    createdBefore: readMomentOf(given, 'created_before'),
    finishedAfter: readMomentOf(given, 'finished_after'),
    finishedBefore: readMomentOf(given, 'finished_before'),
  }
}

/** Filters named `metadata.KEY`. */
export function metadataOf(given: Readonly<Record<string, unknown>>): Record<string, string> {
  const names = Object.keys(given).filter((name) => name.startsWith('metadata.'))
  return Object.fromEntries(names.map((name) => [name.slice('metadata.'.length), textOf(given, name) ?? '']))
}

function textOf(given: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = given[name]
  if (value === undefined || typeof value === 'string') return value
  throw new FilterMistake(name.slice(0, 60), Array.isArray(value) ? 'is given twice' : 'must be a string')
}

/** A moment as it is written in a query. Throws a `FilterMistake`. */
export function readMomentOf(given: Readonly<Record<string, unknown>>, name: string): number | undefined {
  const text = textOf(given, name)
  if (text === undefined) return undefined
  // A `+` that was not percent-encoded arrives as a space; so may the `T` be written (RFC 3339, section 5.6).
  const written = text.replace(/ (?=\d\d:\d\d$)/, '+').replace(' ', 'T')
  const milliseconds = parseMomentOrDay(written)
  if (milliseconds === null) throw new FilterMistake(name, 'must be a moment as in RFC 3339, or a date')
  // No job is older than its time's zero, and the database knows no year 0.
  return Math.max(milliseconds, 0)
}

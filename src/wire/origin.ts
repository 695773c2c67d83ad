import type { ParentRef } from '../engine/definition.ts'
import { isObject, type JsonObject } from '../engine/values/json.ts'
import type { RerunChanges } from './rerun.ts'

/** The field of a stored job that tells what made it. No posted job can have one: its fields are closed. */
export const ORIGIN_FIELD = '$origin'

/** What made a job, where it was not posted with steps of its own. */
export type JobOrigin = {
  /**
   * The definition that it named, and what was posted, as it was. `apart`: the job is what that version says, which is not
   * written here once more (byName.ts), and neither is the name in what was posted; left out: it is, since the job differs
   * from it.
   */
  readonly definition: {
    readonly name: string
    readonly version: number
    readonly posted?: JsonObject
    readonly apart?: true
  } | null
  readonly schedule?: string | null
  /** Left out by the version before. */
  readonly parent?: ParentRef | null
  /** The job that it runs again, and what it changes of that one's definition. Left out: it is none. */
  readonly rerun?: { readonly of: string; readonly changes: RerunChanges }
  /** Where its local values are secret: JSON pointers below `local_values`. Left out: nowhere. */
  readonly secretInputs?: readonly string[]
}

const POSTED: JobOrigin = { definition: null }

/** A job's text as it is stored, with what made it. */
export function withOrigin(job: JsonObject, origin: JobOrigin): string {
  return JSON.stringify({ ...job, [ORIGIN_FIELD]: origin })
}

/** What made a stored job. */
export function originOf(stored: object): JobOrigin {
  return isMade(stored) ? stored[ORIGIN_FIELD] : POSTED
}

function isMade(stored: object): stored is { readonly [ORIGIN_FIELD]: JobOrigin } {
  return ORIGIN_FIELD in stored && isObject(stored[ORIGIN_FIELD])
}

/** What was posted of a job by name. */
export function postedByName({ name, posted = {}, apart }: NonNullable<JobOrigin['definition']>): JsonObject {
  return apart === true ? { definition: name, ...posted } : posted
}

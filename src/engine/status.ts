/**
 * The statuses of a step, with the reference's numbers. Below 0 a status is
 * not final, 0 is done, from 100 on final. Numbers 116 to 199 are kept for statuses to come.
 */
export const STATUS_VALUES = {
  /** Not executed yet; every step starts so, and a running one still is. */
  NONE: -1,
  /** Executed without an error. */
  DONE: 0,
  /** An earlier step failed, and this one is not forced. */
  SKIPPED: 100,
  /** The block threw anything that has no status of its own. */
  UNHANDLED_EXCEPTION: 101,
  /** No block of this name is registered. */
  BLOCK_NOT_FOUND: 102,
  /** The block threw an invalid-argument error; failed assertions are among them. */
  INVALID_ARGUMENT: 103,
  /** An earlier step has the same id. */
  DUPLICATE_STEP_IDS: 104,
  /** The job lacks one of the block's tags. */
  FORBIDDEN_BLOCK: 105,
  /** A parameter does not fit the block's schema. */
  INVALID_TYPE: 107,
  /** The step lies beyond the job's `step_limit`. */
  STEP_LIMIT_EXCEED: 108,
  /** This use of the block is beyond what one job may make of it. */
  BLOCK_LIMIT_EXCEED: 109,
  /** The condition was falsy. This is no failure: the job goes on. */
  IF_CONDITION_FAILED: 110,
  /** A block stopped the job, or the job was cancelled during this step. */
  KILLED_MANUALLY: 111,
  /** A step below this one failed, and nothing caught it. */
  CHILD_FAILED: 112,
  /** It failed, and a catch went on in its place. This is no failure. */
  HANDLED: 113,
  /** It was stopped with what it stands in, which says why. This is no failure. */
  STOPPED: 114,
  /** It names a secret that is not there, may not stand here, or whose tags the job lacks. */
  FORBIDDEN_SECRET: 115,
} as const

/** How a step stands, by its name. */
export type StatusName = keyof typeof STATUS_VALUES

/** A status that no longer changes. */
export type FinalStatus = Exclude<StatusName, 'NONE'>

/** All of them, in the order of the table above. */
export const STATUS_NAMES: readonly StatusName[] = Object.keys(STATUS_VALUES).filter(isStatusName)

function isStatusName(name: string): name is StatusName {
  return Object.hasOwn(STATUS_VALUES, name)
}

const NAMES = new Map<number, StatusName>(STATUS_NAMES.map((name) => [STATUS_VALUES[name], name]))

/** The name of a status that no longer changes, by its number. Throws a RangeError for a number that no such status has. */
export function finalStatusName(value: number): FinalStatus {
  const name = statusName(value)
  if (name === 'NONE') throw new RangeError('the status NONE is not final')
  return name
}

/** The name of a status number as it is stored. Throws a RangeError for a number that no status has. */
export function statusName(value: number): StatusName {
  const name = NAMES.get(value)
  if (name === undefined) throw new RangeError(`no status has the number ${value}`)
  return name
}

const WELL: ReadonlySet<StatusName> = new Set(['NONE', 'DONE', 'SKIPPED', 'IF_CONDITION_FAILED', 'HANDLED', 'STOPPED'])

/** Whether a step that ended so makes the job fail. */
export function isFailure(status: StatusName): boolean {
  return !WELL.has(status)
}

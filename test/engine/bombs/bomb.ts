/** A small definition that asks for far more than its size, and how the job must end. */
export type Bomb = {
  readonly name: string
  readonly job: () => object
  /** The status of the step that fails, and the type of its error; null: the job goes well. */
  readonly fails: readonly [status: string, type: string] | null
}

/** A step ended since a value grew beyond what a step or a job may hold. */
export const TOO_LARGE = ['UNHANDLED_EXCEPTION', 'ValueTooLarge'] as const

/** Gives the variable `a` a value. */
export const set = (value: unknown) => ({ action: 'VARIABLE.SET', parameters: { name: 'a', value } })

/** The tag of the variable `a`. */
export const text = '{# a #}'

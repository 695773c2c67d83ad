import { Type } from 'typebox'

/**
 * A text whose values are known today and may grow: a plain string to whoever validates or generates code, so that a
 * new value breaks nobody; `x-extensible-enum` names those of this version.
 */
export function openEnum<T extends string>(values: readonly T[], description: string) {
  return Type.Unsafe<T>(Type.String({ description, examples: [values[0]], 'x-extensible-enum': [...values] }))
}

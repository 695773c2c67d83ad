import { replacedAt, type SecretInputs, valueAt } from '../../engine/secrets/inputs.ts'
import { MASK } from '../../engine/secrets/names.ts'
import { isObject, type Json, type JsonObject } from '../../engine/values/json.ts'
import { pointerPart } from '../../engine/values/pointer.ts'
import type { SecretBox } from '../../secrets/box.ts'
import { type HiddenInputs, hideInputs, sealInputs } from '../../secrets/inputs.ts'
import { rowOf } from '../../secrets/rows.ts'
import { validationProblem, ProblemError } from '../../wire/problem.ts'

/**
 * Takes what is secret out of a new job's local values, so that everything that is stored and told of them has `***`. Null
 * where nothing is. Throws `invalid-definition` for `***` in the place of a secret: that is what was shown of one.
 *
 * @param pointers JSON pointers below `local_values`
 */
export function hideNewInputs(localValues: Json, pointers: readonly string[]): HiddenInputs | null {
  if (!isObject(localValues)) return null
  const shown = pointers.find((pointer) => valueAt(localValues, pointer) === MASK)
  if (shown !== undefined) throw needed([shown], `${MASK} stands for a secret, and is none`)
  return hideInputs(localValues, pointers)
}

/** A job as it was posted, with null in the place of its secret local values. */
export function withoutInputs(posted: JsonObject, pointers: Iterable<string>): JsonObject {
  const nulls = new Map([...pointers].map((pointer): [string, Json] => [`/local_values${pointer}`, null]))
  return replacedAt(posted, nulls)
}

/** Where a value holds secrets of a parent: the innermost pointers. */
export function placesOf(value: Json, mask: SecretInputs['mask'], at = ''): string[] {
  if (mask(value) === value) return []
  if (typeof value !== 'object' || value === null) return [at]
  const entries = Object.entries(value)
  // A secret in a key hides all that the key is one of.
  if (at !== '' && entries.some(([key]) => mask(key) !== key)) return [at]
  return entries.flatMap(([key, item]) => placesOf(item, mask, at + pointerPart(key)))
}

/** Seals them for the row of their job. Throws `secrets-closed` without a key that seals. */
export function sealedInputs(
  { values, known }: HiddenInputs,
  tenant: string,
  jobId: string,
  box: SecretBox,
): { readonly known: SecretInputs; readonly sealed: string } {
  requireSeal(box)
  return { known, sealed: sealInputs(values, rowOf.inputs(tenant, jobId), box) }
}

/** Throws `secrets-closed` without a key that seals. */
export function requireSeal(box: SecretBox): void {
  if (box.seals) return
  throw new ProblemError(
    'secrets-closed',
    'the service has no SECRETS_KEY, so it keeps no secrets; set one of 32 random characters or more on every replica',
  )
}

/** Secret local values that have to be given. */
export function needed(pointers: readonly string[], detail: string): ProblemError {
  return validationProblem(
    'invalid-definition',
    pointers.map((pointer) => ({ pointer: `/local_values${pointer}`, detail })),
  )
}

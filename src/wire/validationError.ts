import { Settings } from 'typebox/system'
import { pointerPart } from '../engine/values/pointer.ts'
import { patternInWords } from './patterns.ts'
import type { FieldError } from './problem.ts'

/** What a compiled schema says of a value that does not fit. */
export type ValidationError = {
  readonly keyword: string
  readonly instancePath: string
  readonly params: object
  readonly message: string
}

/** Said of a key that a schema does not have. */
export const UNKNOWN_KEY = 'is not known here'

/** More would help nobody. */
const MAX_ERRORS = 20

/** A validator tells several things of one place: so many of each place that is wanted are asked for. */
const TOLD_OF_ONE = 4

/** A compiled schema, as far as it is asked what does not fit. */
type Judge = { Errors(value: unknown): readonly ValidationError[] }

/** What of a value does not fit a schema, as the wire has it: one error for each place, at most `most`. */
export function fieldErrors(judge: Judge, value: unknown, most = MAX_ERRORS): FieldError[] {
  const { maxErrors } = Settings.Get()
  // Left to itself it stops after eight, which may be three places.
  Settings.Set({ maxErrors: most * TOLD_OF_ONE })
  try {
    return explained(judge.Errors(value), most)
  } finally {
    Settings.Set({ maxErrors })
  }
}

/** A validator's errors as the wire has them: one for each place, in words that name the remedy. */
export function explained(errors: readonly ValidationError[], most = MAX_ERRORS): FieldError[] {
  const byPointer = new Map<string, string[]>()
  for (const error of errors) {
    for (const { pointer, detail } of explain(error)) {
      const details = byPointer.get(pointer) ?? []
      if (!details.includes(detail)) details.push(detail)
      byPointer.set(pointer, details)
    }
    if (byPointer.size >= most) break
  }
  return [...byPointer]
    .filter(([pointer, details]) => !details.every(isType) || !hasBelow(byPointer, pointer))
    .map(([pointer, details]) => ({ pointer, detail: join(details) }))
}

const isType = (detail: string): boolean => detail.startsWith('must be ')

/** Of a value that may have several forms, what does not fit the one that it has is enough. */
function hasBelow(byPointer: ReadonlyMap<string, unknown>, pointer: string): boolean {
  for (const other of byPointer.keys()) if (other.startsWith(`${pointer}/`)) return true
  return false
}

function explain({ keyword, instancePath, params, message }: ValidationError): FieldError[] {
  const missing: unknown = Reflect.get(params, 'requiredProperties')
  if (keyword === 'required' && Array.isArray(missing)) {
    return missing.map((name) => ({ pointer: instancePath + pointerPart(String(name)), detail: 'is required' }))
  }
  if (keyword === 'additionalProperties' || keyword === 'anyOf') return []
  if (keyword === 'boolean') return [{ pointer: instancePath, detail: UNKNOWN_KEY }]
  const allowed: unknown = Reflect.get(params, 'allowedValues')
  if (keyword === 'enum' && Array.isArray(allowed)) {
    return [{ pointer: instancePath, detail: `must be one of ${allowed.join(', ')}` }]
  }
  const words = wordsOf(keyword, params)
  if (words !== null) return [{ pointer: instancePath, detail: words }]
  return [{ pointer: instancePath, detail: message }]
}

/** What a keyword wants, where a library's own words would not say it; null: they do. */
function wordsOf(keyword: string, params: object): string | null {
  switch (keyword) {
    case 'const':
      return `must be ${JSON.stringify(Reflect.get(params, 'allowedValue'))}`
    case 'minProperties':
    case 'minItems':
      return Reflect.get(params, 'limit') === 1 ? 'must not be empty' : null
    case 'format':
      return Reflect.get(params, 'format') === 'date-time' ? 'must be a moment as in RFC 3339' : null
    case 'pattern':
      return patternInWords(String(Reflect.get(params, 'pattern'))) ?? null
    default:
      return null
  }
}

/** "must be string" and "must be null" of one place become "must be string or null". */
function join(details: readonly string[]): string {
  const types = details
    .filter((detail) => detail.startsWith('must be '))
    .map((detail) => detail.slice('must be '.length))
  const others = details.filter((detail) => !detail.startsWith('must be '))
  return [...(types.length > 0 ? [`must be ${types.join(' or ')}`] : []), ...others].join('; ')
}

import { pointerPart } from '../engine/values/pointer.ts'
import { patternInWords } from './patterns.ts'
import type { FieldError } from './problem.ts'
import { fault, type Said, wish } from './said.ts'

/** What a compiled schema says of a value that does not fit. */
export type ValidationError = {
  readonly keyword: string
  readonly instancePath: string
  readonly params: object
  readonly message: string
}

/** More would help nobody. */
const MAX_ERRORS = 20

/** A validator tells several things of one pointer: so many of each pointer that is wanted are asked for. */
const TOLD_OF_ONE = 4

/** A compiled schema, as far as it is asked what does not fit. */
type Judge = { Errors(value: unknown, most: number): readonly ValidationError[] }

/** What of a value does not fit a schema, at a pointer. */
export type FormError = FieldError & {
  /** It is a key that the schema does not have, and nothing else is wrong with it. */
  readonly unknownKey: boolean
}

/** What of a value does not fit a schema: one error for each pointer, at most `most`. */
export function formErrors(judge: Judge, value: unknown, most = MAX_ERRORS): FormError[] {
  return byPointer(judge.Errors(value, most * TOLD_OF_ONE), most)
}

/** The same as the wire has them. */
export function fieldErrors(judge: Judge, value: unknown, most = MAX_ERRORS): FieldError[] {
  return formErrors(judge, value, most).map(onWire)
}

/** A validator's errors as the wire has them: one for each pointer, in words that name the remedy. */
export function explained(errors: readonly ValidationError[]): FieldError[] {
  return byPointer(errors, MAX_ERRORS).map(onWire)
}

function onWire({ pointer, detail }: FormError): FieldError {
  return { pointer, detail }
}

function byPointer(errors: readonly ValidationError[], most: number): FormError[] {
  const found = new Map<string, Said[]>()
  for (const error of errors) {
    for (const [pointer, said] of explain(error)) {
      const all = found.get(pointer) ?? []
      if (!all.some(({ words }) => words === said.words)) all.push(said)
      found.set(pointer, all)
    }
    if (found.size >= most) break
  }
  return [...found]
    .filter(([pointer, all]) => !all.every(({ kind }) => kind === 'wish') || !hasBelow(found, pointer))
    .map(([pointer, all]) => ({
      pointer,
      detail: join(all),
      unknownKey: all.every(({ kind }) => kind === 'unknownKey'),
    }))
}

/** Of a value that may have several forms, what does not fit the one that it has is enough. */
function hasBelow(byPointer: ReadonlyMap<string, unknown>, pointer: string): boolean {
  for (const other of byPointer.keys()) if (other.startsWith(`${pointer}/`)) return true
  return false
}

function explain({ keyword, instancePath, params, message }: ValidationError): [pointer: string, Said][] {
  const missing: unknown = Reflect.get(params, 'requiredProperties')
  if (keyword === 'required' && Array.isArray(missing)) {
    return missing.map((name) => [instancePath + pointerPart(String(name)), fault('is required')])
  }
  if (keyword === 'additionalProperties' || keyword === 'anyOf') return []
  if (keyword === 'boolean') return [[instancePath, { kind: 'unknownKey', words: 'is not known here' }]]
  return [[instancePath, saidBy(keyword, params) ?? inItsWords(keyword, message)]]
}

/** What a keyword wants, where a library's own words would not say it; null: they do. */
function saidBy(keyword: string, params: object): Said | null {
  const allowed: unknown = Reflect.get(params, 'allowedValues')
  switch (keyword) {
    case 'enum':
      return Array.isArray(allowed) ? wish(`one of ${allowed.join(', ')}`) : null
    case 'const':
      return wish(JSON.stringify(Reflect.get(params, 'allowedValue')))
    case 'minProperties':
    case 'minItems':
      return Reflect.get(params, 'limit') === 1 ? fault('must not be empty') : null
    case 'format':
      return Reflect.get(params, 'format') === 'date-time' ? wish('a moment as in RFC 3339') : null
    case 'pattern':
      return patternInWords(String(Reflect.get(params, 'pattern')))
    default:
      return null
  }
}

const MUST_BE = 'must be '

/** Keywords of which the library says what the value must be. */
const WISHES = ['type', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf']

function inItsWords(keyword: string, message: string): Said {
  return WISHES.includes(keyword) ? wish(message.slice(MUST_BE.length)) : fault(message)
}

/** "must be string" and "must be null" of one pointer become "must be string or null". */
function join(all: readonly Said[]): string {
  const wishes = all.filter(({ kind }) => kind === 'wish').map(({ words }) => words)
  const others = all.filter(({ kind }) => kind !== 'wish').map(({ words }) => words)
  return [...(wishes.length > 0 ? [MUST_BE + wishes.join(' or ')] : []), ...others].join('; ')
}

import type { ErrorValue } from '../errors.ts'
import { SyntaxMistake } from '../expressions/error.ts'
import type { Expression } from '../expressions/expression.ts'
import { keysInstead as keysOnPath } from '../expressions/instead.ts'
import { Work } from '../expressions/work.ts'
import type { StepPlan } from '../plan/tree.ts'
import { jsonTypeOf, type Schema, schemaWords } from '../schemas/blockSchema.ts'
import { type SchemaError, schemaErrors } from '../schemas/fits.ts'
import { childAt, valueAt } from '../secrets/inputs.ts'
import { parseTemplate } from '../tags/tags.ts'
import { Budget, isObject, type Json, type JsonObject } from '../values/json.ts'
import { pointerPart, unescapePointer } from '../values/pointer.ts'
import { shownIn } from './failure.ts'
import { lookUp } from './lookup.ts'
import { scopeOf } from './scope.ts'
import type { Sequence } from './state.ts'

/**
 * The error of a step whose parameters don't fit: which one, what was wanted, what came instead, and the tag that gave
 * it, in fields and in one sentence.
 *
 * @param sentence what the block's schema says, for what is not about one place
 */
export function invalidType(sentence: string, at: Sequence, step: StepPlan, parameters: JsonObject): ErrorValue {
  const error = firstError(parameters, step.block?.parameters)
  if (error === null) return { type: 'InvalidType', message: sentence }
  const { pointer, expected, actual } = error
  const value = valueAt(parameters, pointer) ?? null
  const from = actual === 'nothing' ? null : tagAt(step.definition.parameters, pointer)
  const told = actual === 'nothing' ? sentence : sentenceOf(error, from, at)
  const shown = shownIn(at.run, value)
  return { type: 'InvalidType', message: told, parameter: pointer, expected, actual, value: shown, from }
}

const NO_PARAMETER = 'no such parameter'

/** What is missing or unknown comes first: it mostly explains the rest. */
function firstError(parameters: JsonObject, schema: Schema | undefined): SchemaError | null {
  if (schema === undefined) return null
  const { properties = {}, required = [] } = schema
  const missing = required.find((name) => !Object.hasOwn(parameters, name))
  if (missing !== undefined) {
    return { pointer: pointerPart(missing), expected: schemaWords(properties[missing] ?? {}), actual: 'nothing' }
  }
  const closed = schema.additionalProperties === false && schema.patternProperties === undefined
  const unknown = Object.keys(parameters).find((name) => !Object.hasOwn(properties, name))
  if (closed && unknown !== undefined) {
    return { pointer: pointerPart(unknown), expected: NO_PARAMETER, actual: jsonTypeOf(parameters[unknown]) }
  }
  return schemaErrors(parameters, schema, '', false)[0] ?? null
}

function sentenceOf({ pointer, expected, actual, measure }: SchemaError, from: string | null, at: Sequence): string {
  const name = pointer.slice(1).split('/').map(unescapePointer).join('.')
  if (expected === NO_PARAMETER) return `there is no parameter ${name}`
  const demand = `the parameter ${name} must be ${withArticle(expected)}`
  return from === null
    ? `${demand}, and is ${measure ?? withArticle(actual)}`
    : `${demand}; ${from} gave ${measure ?? actual}${actual === 'null' ? instead(from, at) : ''}`
}

function withArticle(words: string): string {
  if (!/^(string|number|integer|boolean|array|object)\b/.test(words)) return words
  return `${/^[aeiou]/.test(words) ? 'an' : 'a'} ${words}`
}

/** The tag or expression that alone gave what stands at a place, or what it stands in. */
function tagAt(written: JsonObject, pointer: string): string | null {
  let value: Json | undefined = written
  for (const part of pointer.split('/').slice(1).map(unescapePointer)) {
    if (typeof value === 'string') break
    value = childAt(value, part)
  }
  return typeof value === 'string' && (parseTemplate(value)?.whole ?? null) !== null ? value.trim() : null
}

/** What was there in place of what a path named: the keys of the last object on its way. */
function instead(tag: string, at: Sequence): string {
  const whole = parseTemplate(tag)?.whole ?? null
  if (whole === null) return ''
  try {
    if (whole.kind === '=') return insteadInExpression(whole.parsed, at)
    return whole.parts === null ? '' : keysInstead(whole.parts, at)
  } catch {
    // The tag was resolved within a bound of its own; what can't be looked at again within this one is left out.
    return ''
  }
}

function insteadInExpression(parsed: Expression | SyntaxMistake, at: Sequence): string {
  if (parsed instanceof SyntaxMistake) return ''
  return keysOnPath(parsed.root, { text: parsed.text, scope: scopeOf(at), work: new Work(MOST_BYTES) })
}

/** As much as may be looked at again to tell what is there. */
const MOST_BYTES = 1_000_000

function keysInstead(parts: readonly string[], at: Sequence): string {
  // `steps.ID.result`, `job.variables`: what stands before that is not the user's.
  const least = parts[0] === 'steps' ? 3 : 2
  const budget = new Budget(MOST_BYTES, () => new RangeError('the look for what is there instead'))
  for (let length = parts.length - 1; length >= least; length--) {
    const found = lookUp(at, parts.slice(0, length), budget)
    if (found === null) continue
    if (!isObject(found)) return ''
    const name =
      parts[0] === 'steps' ? [parts[1], ...parts.slice(3, length)].join('.') : parts.slice(2, length).join('.')
    const keys = Object.keys(found).slice(0, 20)
    return keys.length === 0 ? '' : ` (${name === '' ? 'there are' : `${name} has`}: ${keys.join(', ').slice(0, 200)})`
  }
  return ''
}

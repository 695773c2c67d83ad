import { isObject, isParsedObject, type Json, type JsonObject, setOwn } from '../../engine/values/json.ts'
import { parseJson } from '../../engine/values/parseJson.ts'
import { invalidAnswer } from '../../wire/question.ts'

/** A property of a flat form, as a field on a page shows it. */
export type AnswerField = {
  readonly name: string
  readonly title: string
  readonly description: string | null
  readonly kind: 'text' | 'number' | 'integer' | 'boolean'
  readonly schema: JsonObject
  /** All that it may be; null: anything of its kind. */
  readonly choices: readonly Json[] | null
  readonly required: boolean
}

const KINDS: Readonly<Record<string, AnswerField['kind']>> = {
  string: 'text',
  number: 'number',
  integer: 'integer',
  boolean: 'boolean',
}

/** The fields of a form all of whose properties are texts, numbers, or yes and no; null: it is none. */
export function formFields(form: unknown): readonly AnswerField[] | null {
  if (!isObject(form) || !isObject(form['properties'])) return null
  const required: readonly unknown[] = Array.isArray(form['required']) ? form['required'] : []
  const fields = Object.entries(form['properties']).map(([name, schema]) => fieldOf(name, schema, required))
  return fields.length > 0 && fields.every((field) => field !== null) ? fields : null
}

function fieldOf(name: string, schema: unknown, required: readonly unknown[]): AnswerField | null {
  if (!isParsedObject(schema) || '$ref' in schema) return null
  const { type, enum: choices, title, description } = schema
  const kind = typeof type === 'string' ? KINDS[type] : isTexts(choices) ? 'text' : undefined
  if (kind === undefined) return null
  return {
    name,
    title: typeof title === 'string' ? title : name,
    description: typeof description === 'string' ? description : null,
    kind,
    schema,
    choices: Array.isArray(choices) ? choices : null,
    required: required.includes(name),
  }
}

function isTexts(choices: unknown): boolean {
  return Array.isArray(choices) && choices.every((choice) => typeof choice === 'string')
}

/** What a form sent, by the names of its fields. */
export type SentFields = ReadonlyMap<string, string>

/**
 * An answer out of what a form sent: a field for each property, or all of it as JSON in `value`. Throws `invalid-answer`
 * for what is no JSON.
 */
export function answerOfForm(form: unknown, sent: SentFields): { value: Json; by?: string } {
  const fields = formFields(form)
  const names = new Set(fields?.map(({ name }) => name))
  const by = names.has('by') ? undefined : sent.get('by')
  const named = by === undefined || by === '' ? {} : { by }
  const whole = names.has('value') ? undefined : sent.get('value')
  if (whole !== undefined || fields === null) return { value: parsed(whole ?? ''), ...named }
  const value: JsonObject = {}
  for (const field of fields) {
    const given = valueOf(field, sent.get(field.name))
    if (given !== undefined) setOwn(value, field.name, given)
  }
  return { value, ...named }
}

function parsed(text: string): Json {
  try {
    return parseJson(text)
  } catch {
    throw invalidAnswer([{ pointer: '/value', detail: 'is not JSON' }])
  }
}

const YES = new Set(['true', 'on', 'yes', '1'])
const NO = new Set(['false', 'off', 'no', '0'])

/** A field's value; what does not fit stays text, so that the form says what is wrong. Undefined: it was left out. */
function valueOf({ kind }: AnswerField, text: string | undefined): Json | undefined {
  if (text === undefined) return undefined
  if (kind === 'text') return text === '' ? undefined : text
  const trimmed = text.trim()
  if (trimmed === '') return undefined
  if (kind === 'boolean') return YES.has(trimmed) ? true : NO.has(trimmed) ? false : text
  const number = Number(trimmed)
  return Number.isFinite(number) ? number : text
}

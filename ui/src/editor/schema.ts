import { Validator } from '@cfworker/json-schema'
import { schemaInWords } from '../blocks/schemaInWords.ts'
import { texts } from '../texts.ts'
import type { Path, Place } from './places.ts'

type Schema = Readonly<Record<string, unknown>>

/** What may be written at a place, with its type and its meaning. */
export type Option = {
  readonly label: string
  /** As JSON. */
  readonly written: string
  readonly detail: string
  readonly info: string
}

/** The schema of `GET /v1/schema` and the fields that only a definition with a name has. */
export function withNamedFields(schema: Schema): Schema {
  return { ...schema, properties: { ...NAMED_FIELDS, ...objectOf(schema['properties']) } }
}

const NAMED_FIELDS = {
  title: { type: 'string', description: texts.editor.fields.title },
  inputs: { type: 'object', description: texts.editor.fields.inputs },
  tests: { type: 'array', description: texts.editor.fields.tests },
}

/** What may be written where the cursor stands. */
export function optionsAt(root: Schema, { path, isKey, value }: Place): Option[] {
  const schemas = schemasAt(root, path, value)
  const options = isKey ? schemas.flatMap((schema) => keysOf(root, schema)) : schemas.flatMap(valuesOf)
  const there = isKey ? new Set(Object.keys(objectOf(valueAt(value, path)))) : new Set<string>()
  return [...new Map(options.map((option) => [option.label, option])).values()].filter(({ label }) => !there.has(label))
}

/** What stands at a path means this, or null. */
export function meaningOf(root: Schema, path: Path, value: unknown): Option | null {
  const schemas = schemasAt(root, path, value)
  const described = schemas.find((schema) => typeof schema['description'] === 'string')
  return described === undefined ? null : optionOf(String(path.at(-1)), described)
}

/** Every schema that holds at a path; what hangs on a value (`if`, `then`) by the value that stands there. */
function schemasAt(root: Schema, path: Path, value: unknown): Schema[] {
  let schemas = [root]
  let here: unknown = value
  for (const part of path) {
    const below = schemas.flatMap((schema) => expanded(root, schema, here)).flatMap((schema) => belowOf(schema, part))
    here = (here as Record<string | number, unknown> | undefined)?.[part]
    schemas = below
  }
  return schemas.flatMap((schema) => expanded(root, schema, here))
}

function belowOf(schema: Schema, part: string | number): Schema[] {
  const own = typeof part === 'number' ? schema['items'] : objectOf(schema['properties'])[part]
  const found = own ?? (typeof part === 'number' ? undefined : schema['additionalProperties'])
  return found !== null && typeof found === 'object' ? [found as Schema] : []
}

/** A schema and all that it takes together: references, parts, choices. */
function expanded(root: Schema, schema: Schema, value: unknown): Schema[] {
  const { $ref: reference, if: condition, then } = schema
  const parts = (['allOf', 'anyOf', 'oneOf'] as const).flatMap((name) => (schema[name] ?? []) as Schema[])
  if (typeof reference === 'string') parts.push(objectOf(objectOf(root['$defs'])[nameIn(reference)]))
  if (condition !== undefined && holds(condition as Schema, value)) parts.push(objectOf(then))
  return [schema, ...parts.flatMap((part) => expanded(root, part, value))]
}

function nameIn(reference: string): string {
  return decodeURIComponent(reference.replace('#/$defs/', ''))
}

function holds(schema: Schema, value: unknown): boolean {
  return value !== undefined && new Validator(schema as never, '2020-12', true).validate(value).valid
}

function keysOf(root: Schema, schema: Schema): Option[] {
  return Object.entries(objectOf(schema['properties'])).flatMap(([name, property]) =>
    property === false ? [] : [optionOf(name, expanded(root, objectOf(property), undefined).at(0) ?? {})],
  )
}

function valuesOf(schema: Schema): Option[] {
  const { const: only, enum: values = [], examples = [], default: preset, type } = schema
  const given = [only, ...(values as unknown[]), preset, ...(examples as unknown[])]
  const all = type === 'boolean' ? [...given, true, false] : given
  return all
    .filter((one) => ['string', 'number', 'boolean'].includes(typeof one))
    .map((one) => ({ ...optionOf(String(one), schema), written: JSON.stringify(one), detail: textOf(schema['title']) }))
}

function optionOf(label: string, schema: Schema): Option {
  return {
    label,
    written: JSON.stringify(label),
    detail: schemaInWords(schema),
    info: textOf(schema['description']),
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function objectOf(value: unknown): Schema {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Schema) : {}
}

/** The value at a path. */
export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (below, part) => (below as Record<string | number, unknown> | null | undefined)?.[part],
    value,
  )
}

import fc from 'fast-check'
import { anyJson } from '../engine/definitions.ts'

/** A JSON Schema, as far as the OpenAPI document uses it. */
export type Schema = {
  readonly $ref?: string
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly Schema[]
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly patternProperties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly examples?: readonly unknown[]
  readonly minimum?: number
  readonly maximum?: number
}

export type Components = Readonly<Record<string, Schema>>

/** How deep schemas that hold each other go on; below, anything at all stands. */
const DEPTH = { maxDepth: 3, depthIdentifier: 'schema' } as const

type Named = (name: string) => fc.Arbitrary<unknown>

/** Values that fit a schema, or nearly: one in eight of all places holds anything at all. */
export function fromSchema(schema: Schema, components: Components): fc.Arbitrary<unknown> {
  const { root } = fc.letrec<Record<string, unknown>>((named) => ({
    ...Object.fromEntries(Object.entries(components).map(([name, one]) => [name, fitting(one, named)])),
    root: nearly(schema, named),
  }))
  return root ?? anyJson
}

function nearly(schema: Schema, named: Named): fc.Arbitrary<unknown> {
  return fc.oneof(DEPTH, { arbitrary: anyJson, weight: 1 }, { arbitrary: fitting(schema, named), weight: 7 })
}

function fitting(schema: Schema, named: Named): fc.Arbitrary<unknown> {
  if (schema.$ref !== undefined) return named(schema.$ref.split('/').at(-1) ?? '')
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum)
  if (schema.const !== undefined) return fc.constant(schema.const)
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map((one) => nearly(one, named)))
  const examples = (schema.examples ?? []).map((example) => fc.constant(example))
  return fc.oneof(ofType(schema, named), ...examples)
}

function ofType(schema: Schema, named: Named): fc.Arbitrary<unknown> {
  const { type, minimum = -3, maximum = 2147483648 } = schema
  switch (type) {
    case 'string':
      return fc.oneof(
        fc.string({ maxLength: 8 }),
        fc.string({ unit: 'binary', maxLength: 8 }),
        fc.stringMatching(/^[\w.-]{1,12}$/),
      )
    case 'integer':
      return fc.integer({ min: minimum - 1, max: Math.min(maximum + 1, 2147483648) })
    case 'number':
      return fc.double()
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case 'array':
      return fc.array(nearly(schema.items ?? {}, named), { maxLength: 4 })
    case 'object':
      return ofObject(schema, named)
    default:
      return anyJson
  }
}

function ofObject({ properties = {}, patternProperties, required = [] }: Schema, named: Named): fc.Arbitrary<unknown> {
  const [value] = Object.values(patternProperties ?? {})
  if (value !== undefined) return fc.dictionary(fc.stringMatching(/^\w{1,8}$/), nearly(value, named), { maxKeys: 4 })
  const fields = Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, nearly(one, named)]))
  return fc.record(fields, { requiredKeys: required.filter((name) => name in fields) })
}

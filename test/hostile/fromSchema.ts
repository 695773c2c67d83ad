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

/** Values that fit a schema, or nearly: one in eight of all places holds anything at all. */
export function fromSchema(schema: Schema, components: Components): fc.Arbitrary<unknown> {
  return fc.oneof({ arbitrary: fitting(schema, components), weight: 7 }, { arbitrary: anyJson, weight: 1 })
}

function fitting(schema: Schema, components: Components): fc.Arbitrary<unknown> {
  if (schema.$ref !== undefined) return fitting(components[schema.$ref.split('/').at(-1) ?? ''] ?? {}, components)
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum)
  if (schema.const !== undefined) return fc.constant(schema.const)
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map((one) => fromSchema(one, components)))
  const examples = (schema.examples ?? []).map((example) => fc.constant(example))
  return fc.oneof(ofType(schema, components), ...examples)
}

function ofType(schema: Schema, components: Components): fc.Arbitrary<unknown> {
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
      return fc.array(fromSchema(schema.items ?? {}, components), { maxLength: 4 })
    case 'object':
      return ofObject(schema, components)
    default:
      return anyJson
  }
}

function ofObject(
  { properties = {}, patternProperties, required = [] }: Schema,
  components: Components,
): fc.Arbitrary<unknown> {
  const [value] = Object.values(patternProperties ?? {})
  if (value !== undefined)
    return fc.dictionary(fc.stringMatching(/^\w{1,8}$/), fromSchema(value, components), { maxKeys: 4 })
  const fields = Object.fromEntries(
    Object.entries(properties).map(([name, one]) => [name, fromSchema(one, components)]),
  )
  return fc.record(fields, { requiredKeys: required.filter((name) => name in fields) })
}

/** A JSON Schema of a parameter or a return value, as far as blocks use it. */
export type Schema = {
  readonly type?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly items?: Schema | readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly patternProperties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: unknown
  readonly required?: readonly string[]
  readonly description?: string
  readonly default?: unknown
  readonly minimum?: number
  readonly exclusiveMinimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly maxLength?: number
}

/** What a schema takes, in a few words. */
export function schemaText(schema: Schema): string {
  const choices = schema.enum ?? (schema.anyOf?.every((one) => 'const' in one) ? schema.anyOf.map(constantOf) : null)
  if (choices !== null) return choices.map((choice) => `\`${JSON.stringify(choice)}\``).join(', ')
  if (schema.anyOf !== undefined) return schema.anyOf.map(schemaText).join(' or ')
  switch (schema.type) {
    case undefined:
      return 'anything'
    case 'array':
      return listText(schema.items)
    case 'object':
      return objectText(schema)
    case 'integer':
    case 'number':
      return `${schema.type}${boundsText(schema)}`
    default:
      return schema.type === 'string' ? 'text' : schema.type
  }
}

function constantOf(schema: Schema): unknown {
  return schema.const
}

function listText(items: Schema['items']): string {
  if (items === undefined) return 'list'
  if (isTuple(items)) return `list of ${items.map(schemaText).join(', then ')}`
  const inner = schemaText(items)
  return inner === 'anything' ? 'list' : `list of ${inner}`
}

function isTuple(items: Schema | readonly Schema[]): items is readonly Schema[] {
  return Array.isArray(items)
}

function objectText({ properties = {}, patternProperties = {} }: Schema): string {
  const names = Object.keys(properties)
  if (names.length > 0) return `object with ${names.map((name) => `\`${name}\``).join(', ')}`
  const values = Object.values(patternProperties).map(schemaText)
  return values.length === 0 || values.includes('anything') ? 'object' : `object of ${values.join(' or ')}`
}

function boundsText({ minimum, exclusiveMinimum, maximum }: Schema): string {
  const from = exclusiveMinimum === undefined ? minimum : `above ${exclusiveMinimum}`
  if (from !== undefined && maximum !== undefined) return `, ${from} to ${maximum}`
  if (from !== undefined) return typeof from === 'number' ? `, at least ${from}` : `, ${from}`
  return maximum === undefined ? '' : `, at most ${maximum}`
}

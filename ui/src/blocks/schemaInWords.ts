/** The sentence that a schema brings about itself, or none. */
export function descriptionOf(schema: Schema): string {
  const text = schema['description']
  return typeof text === 'string' ? text : ''
}

type Schema = Readonly<Record<string, unknown>>

/** A JSON Schema as people say it: `integer ≥ 1`, `list of string`, `"a" or "b"`, `{ id: integer, name?: string }`. */
export function schemaInWords(schema: Schema): string {
  if (schema['const'] !== undefined) return JSON.stringify(schema['const'])
  const reference = schema['$ref']
  if (typeof reference === 'string') return decodeURIComponent(reference.split('/').at(-1) ?? '')
  const choices = (schema['enum'] === undefined ? (schema['anyOf'] ?? schema['oneOf']) : undefined) as
    | Schema[]
    | undefined
  if (choices !== undefined) return [...new Set(choices.map(schemaInWords))].join(' or ')
  const values = schema['enum'] as readonly unknown[] | undefined
  if (values !== undefined) return valuesInWords(values)
  const type = [(schema['type'] ?? 'anything') as string | string[]].flat().join(' or ')
  if (type === 'array')
    return `list${schema['items'] === undefined ? '' : ` of ${schemaInWords(schema['items'] as Schema)}`}`
  if (type === 'object') return objectInWords(schema)
  const { minimum, maximum, minLength, maxLength } = schema as Record<string, number | undefined>
  const bounds = [
    minimum === undefined ? '' : ` ≥ ${minimum}`,
    maximum === undefined ? '' : ` ≤ ${maximum}`,
    minLength === undefined || minLength === 0
      ? ''
      : minLength === 1
        ? ', not empty'
        : `, ${minLength} characters or more`,
    maxLength === undefined ? '' : `, at most ${maxLength} characters`,
  ]
  return `${type}${bounds.join('')}`
}

/** More values than these are named by a few and their number: all actions, say. */
const MOST_VALUES = 20
const FEW = 3

function valuesInWords(values: readonly unknown[]): string {
  const shown = values.length > MOST_VALUES ? values.slice(0, FEW) : values
  const rest = values.length - shown.length
  return [...shown.map((value) => JSON.stringify(value)), ...(rest === 0 ? [] : [`${rest} others`])].join(' or ')
}

/** An object by its fields, or by what all of them are. */
function objectInWords(schema: Schema): string {
  const fields = Object.entries((schema['properties'] ?? {}) as Record<string, Schema>)
  const required = new Set((schema['required'] ?? []) as string[])
  if (fields.length > 0) {
    const each = fields.map(([name, field]) => `${name}${required.has(name) ? '' : '?'}: ${schemaInWords(field)}`)
    return `{ ${each.join(', ')} }`
  }
  const [any] = Object.values((schema['patternProperties'] ?? {}) as Record<string, Schema>)
  const values = any ?? (schema['additionalProperties'] as Schema | boolean | undefined)
  return typeof values === 'object' ? `object of ${schemaInWords(values)}` : 'object'
}

/** The sentence that a schema brings about itself, or none. */
export function descriptionOf(schema: Schema): string {
  const text = schema['description']
  return typeof text === 'string' ? text : ''
}

type Schema = Readonly<Record<string, unknown>>

/** A JSON Schema as people say it: `integer ≥ 1`, `list of string`, `"a" or "b"`. */
export function schemaInWords(schema: Schema): string {
  if (schema['const'] !== undefined) return JSON.stringify(schema['const'])
  const reference = schema['$ref']
  if (typeof reference === 'string') return decodeURIComponent(reference.split('/').at(-1) ?? '')
  const choices = (schema['enum'] === undefined ? (schema['anyOf'] ?? schema['oneOf']) : undefined) as
    | Schema[]
    | undefined
  if (choices !== undefined) return [...new Set(choices.map(schemaInWords))].join(' or ')
  const values = schema['enum'] as readonly unknown[] | undefined
  if (values !== undefined) return values.map((value) => JSON.stringify(value)).join(' or ')
  const type = [(schema['type'] ?? 'anything') as string | string[]].flat().join(' or ')
  if (type === 'array')
    return `list${schema['items'] === undefined ? '' : ` of ${schemaInWords(schema['items'] as Schema)}`}`
  const { minimum, maximum, minLength, maxLength } = schema as Record<string, number | undefined>
  const bounds = [
    minimum === undefined ? '' : ` ≥ ${minimum}`,
    maximum === undefined ? '' : ` ≤ ${maximum}`,
    minLength === undefined || minLength === 0 ? '' : `, ${minLength} characters or more`,
    maxLength === undefined ? '' : `, at most ${maxLength} characters`,
  ]
  return `${type}${bounds.join('')}`
}

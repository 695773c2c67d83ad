type Written = Readonly<Record<string, unknown>>

/** The fields that only a definition with a name has. */
const NAMED = ['title', 'inputs', 'tests'] as const

/** Whether a text says what is to be stored under a name: a job has none of these fields. */
export function isNamed(definition: unknown): definition is Written {
  return isObject(definition) && NAMED.some((field) => definition[field] !== undefined)
}

/** What POST takes of a definition: with values to try it with, without what belongs to a name. */
export function contentAsJob(definition: unknown, values: Written | null): unknown {
  if (!isObject(definition)) return definition
  const { title, inputs, tests: _tests, ...job } = definition
  const presets = presetsOf(inputs)
  const given = values ?? job['local_values']
  // Values that are none are the service's to refuse.
  const locals = isObject(given) || given === undefined ? { ...presets, ...given } : given
  return {
    ...(typeof title === 'string' ? { name: title } : {}),
    ...job,
    ...(given === undefined && Object.keys(presets).length === 0 ? {} : { local_values: locals }),
  }
}

/** What inputs are where they are not given; a job that is posted has no inputs to say so. */
function presetsOf(inputs: unknown): Written {
  const fields = isObject(inputs) && isObject(inputs['properties']) ? Object.entries(inputs['properties']) : []
  return Object.fromEntries(
    fields.flatMap(([name, field]) => (isObject(field) && 'default' in field ? [[name, field['default']]] : [])),
  )
}

/** Whether inputs mark a value that is to be recorded nowhere. */
export function hasSecrets(inputs: unknown): boolean {
  return JSON.stringify(inputs ?? null).includes('"x-secret":true')
}

/** A name that a definition can be stored under, from the one that it has. */
export function nameOf(definition: Written): string {
  const name = definition['name'] ?? definition['title']
  if (typeof name !== 'string') return ''
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^[^a-z]+|-+$/g, '')
    .slice(0, 63)
}

function isObject(value: unknown): value is Written {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}

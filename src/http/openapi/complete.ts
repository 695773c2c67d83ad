import type { SwaggerTransform, SwaggerTransformObject } from '@fastify/swagger'
import { isObject } from '../../engine/values/json.ts'
import { METADATA_KEY } from '../../wire/patterns.ts'
import { KEY_SCHEME } from '../auth/guard.ts'
import { headersOf, RESPONSE_HEADERS } from './headers.ts'
import { describeMessages } from './messages.ts'

type Operation = {
  operationId: string
  security?: Record<string, string[]>[]
  description?: string
  'x-scopes'?: string[]
  parameters?: { name: string; in: string; schema: Record<string, unknown> }[]
  requestBody?: {
    required?: boolean
    content: Record<string, { schema?: { $ref?: string; examples?: unknown }; example?: unknown }>
  }
  responses: Record<string, { headers?: object; content?: Record<string, unknown>; 'x-event-stream'?: unknown }>
}
type Components = {
  schemas: Record<string, Record<string, unknown>>
  headers?: object
}

/** Bodies that may be left out: everything in them has a default. */
const OPTIONAL_BODIES = new Set(['createJobToken', 'rotateKey', 'rerunJob'])

/** What no parameter of that name is longer than. Longer ones are answered, too: nothing is there, or 400. */
const LENGTHS: Readonly<Record<string, number>> = {
  id: 64,
  path: 1024,
  name: 64,
  action: 200,
  delivery_id: 40,
  token: 2000,
  after: 20,
  'last-event-id': 20,
  prefer: 1000,
  'idempotency-key': 255,
  'if-match': 2000,
  'if-none-match': 2000,
}

/**
 * Says in the document what stands in no schema of a route: headers of answers, examples of bodies, what may be left out.
 * A stream of events is described apart from the JSON at the same status: a union of both fits neither.
 */
export const completeDocument: SwaggerTransformObject = (document) => {
  const described = describeMessages(document)
  if (!('openapiObject' in document)) return described
  const { paths = {}, components } = described as unknown as { paths?: Record<string, object>; components: Components }
  components.headers = Object.fromEntries(
    Object.entries(RESPONSE_HEADERS).map(([name, description]) => [name, { description, schema: { type: 'string' } }]),
  )
  const event = components.schemas['Event']
  if (event !== undefined) Object.assign(event, discriminated(event))
  for (const { properties } of Object.values(components.schemas)) nameLabels(properties)
  for (const methods of Object.values(paths)) {
    for (const [method, operation] of Object.entries(methods)) complete(method, operation, components)
  }
  delete components.schemas['LiveEvent']
  return described
}

/**
 * A job's token is a parameter and no way to sign in: generated clients would send keys as `?token=`. What takes the rest of
 * an address is a parameter `path`.
 */
export const asDocumented: SwaggerTransform = ({ schema, url }) => {
  const security = schema?.security?.filter((one) => KEY_SCHEME in one)
  const documented = security === undefined ? schema : { ...schema, security }
  const params = documented?.params
  if (!url.endsWith('/*') || !isObject(params)) return { schema: documented, url }
  return { schema: { ...documented, params: withNamedRest(params) }, url: `${url.slice(0, -1)}:path` }
}

function withNamedRest({ properties, ...rest }: Readonly<Record<string, unknown>>): object {
  const { '*': path, ...others } = isObject(properties) ? properties : {}
  return { ...rest, required: [...Object.keys(others), 'path'], properties: { ...others, path } }
}

function complete(method: string, operation: Operation, components: Components): void {
  const { operationId, security = [], parameters = [], requestBody, responses } = operation
  const byKey = security.filter((one) => KEY_SCHEME in one)
  // A service without keys asks for none.
  operation.security = byKey.length === 0 ? [] : [{ [KEY_SCHEME]: [] }, {}]
  sayScopes(
    operation,
    byKey.flatMap((one) => one[KEY_SCHEME] ?? []),
  )
  for (const { name, schema } of parameters) {
    if (schema['type'] === 'string' && name in LENGTHS) schema['maxLength'] ??= LENGTHS[name]
    if (/^(created|finished)_(after|before)$/.test(name)) schema['format'] = 'date-time'
  }
  if (requestBody !== undefined) completeBody(method, operationId, requestBody, components)
  const isRepeatable = parameters.some(({ name }) => name === 'idempotency-key')
  for (const [status, response] of Object.entries(responses)) {
    response.headers = headersOf(operationId, status, { isGuarded: byKey.length > 0, isRepeatable })
    const { 'text/event-stream': stream, ...others } = response.content ?? {}
    if (stream === undefined) continue
    response.content = others
    response['x-event-stream'] = withLiveEvents(stream, components)
  }
}

/** What labels may be called: whatever gathers the schemas drops the patterns of keys. */
function nameLabels(properties: unknown): void {
  const labels = isObject(properties) ? properties['metadata'] : null
  if (isObject(labels) && 'maxProperties' in labels) Object.assign(labels, { propertyNames: { pattern: METADATA_KEY } })
}

/** What stands in an extension counts for no use of a component: live events, which are only in streams, stand there whole. */
function withLiveEvents(stream: unknown, { schemas }: Components): unknown {
  const text = JSON.stringify(stream)
  return JSON.parse(text.replace('{"$ref":"#/components/schemas/LiveEvent"}', JSON.stringify(schemas['LiveEvent'])))
}

/** Beside the security: there tools take a key's scopes for those of OAuth, and find them undeclared. */
function sayScopes(operation: Operation, scopes: string[]): void {
  if (scopes.length === 0) return
  operation['x-scopes'] = scopes
  const named = scopes.map((scope) => `\`${scope}\``).join(' or ')
  operation.description = `${operation.description ?? ''} Needs the scope ${named}.`.trim()
}

function completeBody(
  method: string,
  operationId: string,
  body: NonNullable<Operation['requestBody']>,
  components: Components,
): void {
  body.required = !OPTIONAL_BODIES.has(operationId)
  const json = body.content['application/json']
  if (json === undefined) return
  const named = json.schema?.$ref?.split('/').at(-1)
  const examples = named === undefined ? json.schema?.examples : components.schemas[named]?.['examples']
  if (Array.isArray(examples)) json.example = examples[0]
  // What is left out of a change stays as it is, and null empties: that is a merge patch (RFC 7396).
  if (method === 'patch') body.content['application/merge-patch+json'] = json
}

/** A union whose members are told apart by their `type`. */
function discriminated({ anyOf }: Record<string, unknown>): object {
  const members = Array.isArray(anyOf) ? anyOf.filter(isObject) : []
  const mapping = { 'step.updated': 'StepUpdated', 'step.waiting': 'StepWaiting', 'job.finished': 'JobFinished' }
  const references = Object.entries(mapping).map(([type, name]) => [type, `#/components/schemas/${name}`])
  return {
    anyOf: undefined,
    oneOf: members,
    discriminator: { propertyName: 'type', mapping: Object.fromEntries(references) },
  }
}

import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { TestResults } from '../../wire/definitionTests.ts'
import type { DefinitionVersion, NamedDefinition } from '../../wire/namedDefinition.ts'
import { DEFINITION_NAME } from '../../wire/patterns.ts'
import { ProblemError } from '../../wire/problem.ts'
import type { Validation } from '../../wire/validateDefinition.ts'
import { refTo } from '../../wire/ref.ts'
import type { ExpectedVersion } from '../../service/definitions/put.ts'
import { needs } from '../auth/guard.ts'
import type { HttpDeps } from '../deps.ts'
import { checkIfMatch, isFresh } from '../protocol/etag.ts'
import { IfMatch, IfNoneMatch, PageQuery, pageOf, problems } from '../openapi/schemas.ts'

const Name = Type.String({ pattern: DEFINITION_NAME, description: "The definition's name.", examples: ['refund'] })
const params = Type.Object({ name: Name })
const versionParams = Type.Object({ name: Name, version: Type.Integer({ minimum: 1, maximum: 2147483647 }) })

const reading = { tags: ['Definitions'], security: needs('definitions:read') }
const writing = { tags: ['Definitions'], security: needs('definitions:write') }

const putSchema = {
  ...writing,
  operationId: 'putDefinition',
  summary: 'Write a definition under a name',
  description:
    'A new version, unless the latest has the same content. `If-Match: "VERSION"` writes only behind that one, `If-None-Match: *` only a first one.',
  params,
  headers: IfMatch,
  body: Type.Object(
    {},
    {
      additionalProperties: true,
      description: 'The fields of a job, and `title`, `inputs`, `tests`.',
      examples: [
        { title: 'A greeting', steps: [{ action: 'TEXT.JOIN', parameters: { text1: 'Hello ', text2: 'World' } }] },
      ],
    },
  ),
  response: {
    200: { ...refTo<DefinitionVersion>('DefinitionVersion'), description: 'The latest version has this content.' },
    201: { ...refTo<DefinitionVersion>('DefinitionVersion'), description: 'A new version.' },
    ...problems(412, 413, 415, 422, 429),
  },
}

const getSchema = {
  ...reading,
  operationId: 'getDefinition',
  summary: 'Get a definition',
  description: 'The latest version, its content flat.',
  params,
  headers: Type.Object({ ...IfNoneMatch.properties, ...IfMatch.properties }),
  response: {
    200: { ...refTo<NamedDefinition>('NamedDefinition'), description: 'The definition.' },
    304: Type.Null({ description: 'It has not changed.' }),
    ...problems(404, 412),
  },
}

const listSchema = {
  ...reading,
  operationId: 'listDefinitions',
  summary: 'List definitions',
  description: 'The latest version of each, in order of names.',
  querystring: Type.Interface([PageQuery], {
    name_prefix: Type.Optional(Type.String({ maxLength: 63, description: 'How names begin.' })),
  }),
  response: {
    200: { ...pageOf<NamedDefinition>('NamedDefinition'), description: 'A page of definitions.' },
    ...problems(),
  },
}

const versionsSchema = {
  ...reading,
  operationId: 'listDefinitionVersions',
  summary: "List a definition's versions",
  description: 'Newest first, without their content; also of a definition that was deleted.',
  params,
  querystring: PageQuery,
  response: {
    200: { ...pageOf<DefinitionVersion>('DefinitionVersion'), description: 'A page of versions.' },
    ...problems(404),
  },
}

const versionSchema = {
  ...reading,
  operationId: 'getDefinitionVersion',
  summary: 'Get a version of a definition',
  description: 'A version never changes, and stays when its definition is deleted.',
  params: versionParams,
  headers: Type.Object({ ...IfNoneMatch.properties, ...IfMatch.properties }),
  response: {
    200: { ...refTo<NamedDefinition>('NamedDefinition'), description: 'The version.' },
    304: Type.Null({ description: 'It never changes.' }),
    ...problems(404, 412),
  },
}

const removeSchema = {
  ...writing,
  operationId: 'deleteDefinition',
  summary: 'Delete a definition',
  description: 'No new jobs of it; its jobs and its versions stay, and a new one counts on.',
  params,
  headers: IfMatch,
  response: { 204: Type.Null({ description: 'It is gone.' }), ...problems(404, 412) },
}

const testSchema = {
  tags: ['Definitions'],
  security: needs('jobs:write', 'definitions:write'),
  operationId: 'testDefinition',
  summary: "Run a definition's tests",
  description:
    'In memory: pure blocks run, mocks stand for those with effects (a missing one fails the test, which names it), and time passes at once.',
  params,
  querystring: Type.Object({
    version: Type.Optional(Type.Integer({ minimum: 1, maximum: 2147483647, description: 'Left out: the latest.' })),
  }),
  response: {
    200: { ...refTo<TestResults>('TestResults'), description: 'What became of each test.' },
    ...problems(404, 413, 415, 422),
  },
}

const validateSchema = {
  tags: ['Definitions'],
  security: needs('jobs:write', 'definitions:write'),
  operationId: 'validateDefinition',
  summary: 'Check what is to be put under a name',
  description: 'Tells all that is wrong with it, warnings too. Nothing is stored.',
  params,
  body: putSchema.body,
  response: {
    200: { ...refTo<Validation>('Validation'), description: 'All that is wrong.' },
    ...problems(413, 415, 422),
  },
}

type OneRoute = { Params: { name: string } }
type VersionRoute = { Params: { name: string; version: number } }
type ListRoute = { Querystring: { limit?: number; cursor?: string; name_prefix?: string } }

/** `/v1/definitions` and below. */
export function definitionRoutes(app: FastifyInstance, { service }: HttpDeps): void {
  const { definitions } = service
  app.put<OneRoute>('/definitions/:name', { schema: putSchema }, async (request, reply) => {
    const {
      caller,
      params: { name },
      body: content,
    } = request
    const { created, definition } = await definitions.put(caller, { name, content, expected: expectedOf(request) })
    reply.header('etag', tagOf(definition.version)).header('location', `/v1/definitions/${name}`)
    return reply.code(created ? 201 : 200).send(definition)
  })

  app.get<ListRoute>('/definitions', { schema: listSchema }, async ({ caller, query }) =>
    definitions.list(caller, query),
  )

  app.get<OneRoute>('/definitions/:name', { schema: getSchema }, async (request, reply) => {
    const definition = await definitions.read(request.caller, request.params)
    checkIfMatch(request, tagOf(definition.version))
    return isFresh(request, reply, tagOf(definition.version)) ? reply.code(304).send() : definition
  })

  app.get<OneRoute & ListRoute>('/definitions/:name/versions', { schema: versionsSchema }, async (request) =>
    definitions.listVersions(request.caller, { ...request.query, name: request.params.name }),
  )

  app.get<VersionRoute>('/definitions/:name/versions/:version', { schema: versionSchema }, async (request, reply) => {
    const definition = await definitions.read(request.caller, request.params)
    checkIfMatch(request, tagOf(definition.version))
    return isFresh(request, reply, tagOf(definition.version)) ? reply.code(304).send() : definition
  })

  app.post<OneRoute & { Querystring: { version?: number } }>(
    '/definitions/:name/test',
    { schema: testSchema },
    async ({ caller, params: { name }, query: { version = null } }) => definitions.test(caller, { name, version }),
  )

  app.post<OneRoute>('/definitions/:name/validate', { schema: validateSchema }, async ({ caller, params, body }) =>
    definitions.validate(caller, { ...params, content: body }),
  )

  app.delete<OneRoute>('/definitions/:name', { schema: removeSchema }, async (request, reply) => {
    const expected = versionsIn(request)
    await definitions.remove(request.caller, { ...request.params, expected: expected === 'present' ? null : expected })
    return reply.code(204).send()
  })
}

function tagOf(version: number): string {
  return `"${version}"`
}

const VERSION_TAG = /^(?:W\/)?"([1-9]\d{0,9})"$/

/** Which version must be the latest, by `If-Match` and `If-None-Match` (RFC 9110, section 13.1). */
function expectedOf(request: Pick<FastifyRequest, 'headers'>): ExpectedVersion {
  return request.headers['if-none-match']?.trim() === '*' ? 'absent' : versionsIn(request)
}

/** The versions of which `If-Match` wants one to be the latest. */
function versionsIn({ headers }: Pick<FastifyRequest, 'headers'>): readonly number[] | 'present' | null {
  const wanted = headers['if-match']?.trim()
  if (wanted === undefined || wanted === '') return null
  if (wanted === '*') return 'present'
  const versions = wanted.split(',').flatMap((tag) => VERSION_TAG.exec(tag.trim())?.[1] ?? [])
  if (versions.length > 0) return versions.map(Number)
  throw new ProblemError('precondition-failed', `If-Match names no version: ${wanted.slice(0, 100)}`)
}

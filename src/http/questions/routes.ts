import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import type { AnswerInput, QuestionWire } from '../../wire/question.ts'
import { refTo } from '../../wire/ref.ts'
import { needs } from '../auth/guard.ts'
import type { HttpDeps } from '../deps.ts'
import { PageQuery, pageOf, problems } from '../openapi/schemas.ts'
import { readMetadata } from '../protocol/metadata.ts'

const params = Type.Object({ id: Type.String({ description: "The question's id." }) })
const aQuestion = (description: string) => ({ ...refTo<QuestionWire>('Question'), description })

const listSchema = {
  operationId: 'listQuestions',
  summary: 'List open questions',
  description:
    'Newest first. All filters must hold. A page may be shorter than `limit`: only `next_cursor` null is the end.',
  tags: ['Questions'],
  security: needs('questions:read'),
  querystring: Type.Object({
    job_id: Type.Optional(Type.String({ maxLength: 64, description: 'Those of one job.' })),
    'metadata.KEY': Type.Optional(
      Type.String({ maxLength: 500, description: 'The value of a label of the job; `KEY` stands for its name.' }),
    ),
    ...PageQuery.properties,
  }),
  response: { 200: { ...pageOf<QuestionWire>('Question'), description: 'A page of questions.' }, ...problems() },
}

const getSchema = {
  operationId: 'getQuestion',
  summary: 'Get a question',
  description: 'Open or not.',
  tags: ['Questions'],
  security: needs('questions:read'),
  params,
  response: { 200: aQuestion('The question.'), ...problems(404) },
}

const answerSchema = {
  operationId: 'answerQuestion',
  summary: 'Answer a question',
  description: 'Once: the step that asks ends with this answer. Of several at once one holds.',
  tags: ['Questions'],
  security: needs('questions:answer'),
  params,
  body: refTo<typeof AnswerInput>('AnswerInput'),
  response: { 200: aQuestion('The question with its answer.'), ...problems(404, 409, 413, 415, 422) },
}

type Query = { job_id?: string; limit?: number; cursor?: string; [metadata: string]: unknown }
type One = { Params: { id: string } }

/** `/v1/questions` and below. */
export function questionRoutes(app: FastifyInstance, { service }: HttpDeps): void {
  const { questions } = service
  app.get<{ Querystring: Query }>('/questions', { schema: listSchema }, async ({ caller, query }) => {
    const { job_id: jobId, limit, cursor } = query
    return questions.list(caller, { jobId, limit, cursor, metadata: readMetadata(query) })
  })

  app.get<One>('/questions/:id', { schema: getSchema }, async ({ caller, params: { id } }) =>
    questions.read(caller, id),
  )

  app.post<One>('/questions/:id/answer', { schema: answerSchema }, async ({ caller, params: { id }, body: given }) =>
    questions.answer(caller, { id, given }),
  )
}

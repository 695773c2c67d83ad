import { parse } from 'node:querystring'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { AnswersByLink } from '../../service/questions/byLink.ts'
import { PROBLEMS, ProblemError } from '../../wire/problem.ts'
import { NO_KEY_ASKED } from '../auth/guard.ts'
import { answerOfForm, type SentFields } from './fields.ts'
import { type AnswerPage, notePage, questionPage } from './page.ts'

const schema = { hide: true, security: NO_KEY_ASKED }

type Route = { Params: { token: string } }

/** A form may have so many fields. */
const MAX_FIELDS = 600

/**
 * `/answers/{token}`: where people without a key answer, by a link that is good for one wait alone. `GET` shows a page and
 * changes nothing, `POST` answers. The token stands in no log and no metric, which know the route alone.
 */
export async function answerRoutes(app: FastifyInstance, { byLink }: { byLink: AnswersByLink }): Promise<void> {
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) => {
    done(null, readForm(String(body)))
  })

  app.get<Route>('/:token', { schema }, async ({ params: { token } }, reply) => {
    try {
      const linked = await byLink.read(token)
      if (linked.kind === 'ask') return send(reply, 200, questionPage(linked.question))
      const sentence = linked.isOpen
        ? 'Send JSON to this address by POST.'
        : 'Nobody waits for a message here any more.'
      return send(reply, 200, notePage('A link for a message', sentence))
    } catch (error) {
      return sendProblem(reply, error)
    }
  })

  app.post<Route>('/:token', { schema }, async (request, reply) => {
    const { token } = request.params
    const { body } = request
    if (!(body instanceof Map)) return reply.send(await byLink.answer(token, body ?? null))
    return answerForm(byLink, request, reply, body)
  })
}

async function answerForm(
  byLink: AnswersByLink,
  { params: { token } }: FastifyRequest<Route>,
  reply: FastifyReply,
  sent: SentFields,
): Promise<FastifyReply> {
  try {
    const linked = await byLink.read(token)
    if (linked.kind === 'signal') {
      await byLink.answer(token, Object.fromEntries(sent))
      return send(reply, 200, notePage('Thank you', 'The message was taken.'))
    }
    try {
      await byLink.answer(token, answerOfForm(linked.question.form, sent))
      return send(reply, 200, notePage('Thank you', 'Your answer was taken.'))
    } catch (error) {
      if (!(error instanceof ProblemError) || error.slug !== 'invalid-answer') throw error
      return send(reply, 422, questionPage(linked.question, error.errors, sent))
    }
  } catch (error) {
    return sendProblem(reply, error)
  }
}

/** What goes wrong is said to a person; what is a bug, or an outage, as everywhere. */
function sendProblem(reply: FastifyReply, error: unknown): FastifyReply {
  if (!(error instanceof ProblemError)) throw error
  const [status, title] = PROBLEMS[error.slug]
  return send(reply, status, notePage(title, error.message))
}

function send(reply: FastifyReply, status: number, { html, headers }: AnswerPage): FastifyReply {
  return reply.code(status).headers(headers).send(html)
}

function readForm(text: string): SentFields {
  const fields = parse(text, '&', '=', { maxKeys: MAX_FIELDS })
  return new Map(Object.entries(fields).map(([name, value]) => [name, [value ?? ''].flat().at(-1) ?? '']))
}

import { type Conduit, ProblemError } from '@conduit-jobs/server'
import Fastify, { type FastifyInstance } from 'fastify'

/** A Fastify application that runs jobs: `createApp(await createConduit({ settings: process.env })).listen({ port: 8080 })`. */
export function createApp(conduit: Conduit): FastifyInstance {
  const app = Fastify()

  // A repeat of the request is the same job. Who is not answered within five seconds asks for it later.
  app.post<{ Params: { order: string }; Body: { amount: number } }>('/refunds/:order', async (request, reply) => {
    const { order } = request.params
    const job = await conduit.jobs.submit(
      { definition: 'refund', local_values: { order, amount: request.body.amount } },
      { idempotencyKey: `refund-${order}`, wait: 5 },
    )
    reply.code(job.finished_at === null ? 202 : 200)
    return { id: job.id, state: job.state, output: job.output }
  })

  app.get<{ Params: { id: string } }>('/refunds/jobs/:id', async (request) => {
    const { id, state, output } = await conduit.jobs.get(request.params.id)
    return { id, state, output }
  })

  // What HTTP would answer with a problem is thrown: 422 for values that do not fit, 404, 429.
  app.setErrorHandler((error, _request, reply) => {
    if (!(error instanceof ProblemError)) throw error
    return reply.code(error.statusCode).send({ detail: error.message, errors: error.errors })
  })
  return app
}

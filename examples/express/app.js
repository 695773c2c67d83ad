import express from 'express'
import { ProblemError } from '@conduit-jobs/server'

/**
 * An Express application that runs jobs: `createApp(await createConduit({ settings: process.env })).listen(8080)`.
 *
 * @param {import('@conduit-jobs/server').Conduit} conduit
 */
export function createApp(conduit) {
  const app = express()
  app.use(express.json())

  // A repeat of the request is the same job. Who is not answered within five seconds asks for it later.
  app.post('/refunds/:order', async (request, response) => {
    const { order } = request.params
    const job = await conduit.jobs.submit(
      { definition: 'refund', local_values: { order, amount: request.body.amount } },
      { idempotencyKey: `refund-${order}`, wait: 5 },
    )
    response.status(job.finished_at === null ? 202 : 200).json({ id: job.id, state: job.state, output: job.output })
  })

  app.get('/refunds/jobs/:id', async (request, response) => {
    const { id, state, output } = await conduit.jobs.get(request.params.id)
    response.json({ id, state, output })
  })

  // What HTTP would answer with a problem is thrown: 422 for values that do not fit, 404, 429.
  app.use((error, _request, response, next) => {
    if (!(error instanceof ProblemError)) return next(error)
    response.status(error.statusCode).json({ detail: error.message, errors: error.errors })
  })
  return app
}

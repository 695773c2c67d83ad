import { ProblemError } from '@conduit-jobs/server'
import { conduit } from '../../../conduit.ts'

/** `POST /refunds/{order}`: a repeat of the request is the same job. */
export async function POST(request: Request, { params }: { params: Promise<{ order: string }> }): Promise<Response> {
  const { order } = await params
  const { amount } = (await request.json()) as { amount: number }
  const { jobs } = await conduit()
  try {
    const job = await jobs.submit(
      { definition: 'refund', local_values: { order, amount } },
      { idempotencyKey: `refund-${order}`, wait: 5 },
    )
    const { id, state, output } = job
    return Response.json({ id, state, output }, { status: job.finished_at === null ? 202 : 200 })
  } catch (error) {
    // What HTTP would answer with a problem is thrown: 422 for values that do not fit, 404, 429.
    if (!(error instanceof ProblemError)) throw error
    return Response.json({ detail: error.message, errors: error.errors }, { status: error.statusCode })
  }
}

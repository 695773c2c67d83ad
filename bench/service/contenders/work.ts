import Fastify, { type FastifyInstance } from 'fastify'

/** A job as the bench posts it: three steps of text. */
export type Job = { readonly steps: readonly { readonly parameters: Readonly<Record<string, string>> }[] }

/** The three steps, by hand: what TEXT.JOIN, TEXT.REPLACE and TEXT.UPPERCASE do. */
export function join({ steps }: Job): string {
  const { text1 = '', text2 = '', join_with: between = ' ' } = steps[0]?.parameters ?? {}
  return text1 + between + text2
}

export function replace({ steps }: Job, text: string): string {
  const { old = '', new: replacement = '' } = steps[1]?.parameters ?? {}
  return text.replaceAll(old, replacement)
}

export function upperCase(_job: Job, text: string): string {
  return `${text}!`.toUpperCase()
}

/** All three at once, in a handler of a queue. */
export function work(job: Job): string {
  return upperCase(job, replace(job, join(job)))
}

/** How many jobs are over; the bench asks at `/over`. */
export const over = { count: 0 }

/** Counts a job whose result is the right one. */
export function isOver(result: string): void {
  if (result !== 'HELLO, THERE!') throw new Error(`the job gave ${result}`)
  over.count++
}

/**
 * Fastify in front: `accept` makes the job durable and gives its id; `acceptAll`, where there is a way for many at once, does so
 * for all of a batch.
 */
export function front(
  accept: (job: Job) => Promise<string | null | undefined>,
  acceptAll?: (jobs: Job[]) => Promise<unknown>,
): FastifyInstance {
  const app = Fastify()
  app.post<{ Body: Job }>('/v1/jobs', async (request, reply) => {
    const id = await accept(request.body)
    return reply.code(202).send({ id })
  })
  if (acceptAll !== undefined) {
    app.post<{ Body: { jobs: Job[] } }>('/v1/batches', async ({ body: { jobs } }, reply) => {
      await acceptAll(jobs)
      return reply.code(200).send({ jobs: jobs.length })
    })
  }
  app.get('/over', async () => over.count)
  return app
}

/** Listens, and says where: the bench reads this line. */
export async function listen(app: FastifyInstance): Promise<void> {
  process.stdout.write(`listening on ${await app.listen({ host: '127.0.0.1', port: 0 })}\n`)
}

/** A setting that the bench gives each contender. */
export function setting(name: string): string {
  const value = process.env[name]
  if (value === undefined) throw new Error(`${name} is not set`)
  return value
}

/** How many jobs run at once: Conduit's CONCURRENCY. */
export const CONCURRENCY = 64

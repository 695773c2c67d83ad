import { Queue, Worker } from 'bullmq'
import { Redis } from 'ioredis'
import { CONCURRENCY, front, isOver, type Job, listen, setting, work } from './work.ts'

// In Redis, as that is configured; nothing is recorded of a step.
const connect = (): Redis => new Redis(setting('REDIS_URL'), { maxRetriesPerRequest: null })
const QUEUE = `conduit-bench-${process.pid}`
const queue = new Queue<Job>(QUEUE, { connection: connect() })
const worker = new Worker<Job>(QUEUE, async ({ data }) => work(data), {
  connection: connect(),
  concurrency: CONCURRENCY,
  removeOnComplete: { count: 1000 },
})
worker.on('completed', (_job, result: string) => isOver(result))
worker.on('error', (error) => process.stderr.write(`${error}\n`))
const app = front(
  async (job) => (await queue.add('text', job)).id,
  (jobs) => queue.addBulk(jobs.map((data) => ({ name: 'text', data }))),
)
app.addHook('onClose', async () => {
  await worker.close()
  await queue.obliterate({ force: true })
})
process.once('SIGTERM', () => void app.close().finally(() => process.exit(0)))
await listen(app)

import { PgBoss } from 'pg-boss'
import { CONCURRENCY, front, isOver, type Job, listen, setting, work } from './work.ts'

// One job, one row, one handler; nothing is recorded of a step. Woken by NOTIFY; full batches follow each other at once.
const QUEUE = 'jobs'
const boss = new PgBoss({ connectionString: setting('DATABASE_URL'), max: 10, useListenNotify: true })
boss.on('error', (error) => process.stderr.write(`${error}\n`))
await boss.start()
await boss.createQueue(QUEUE, { notify: true })
await boss.work<Job>(
  QUEUE,
  { batchSize: CONCURRENCY, pollingIntervalSeconds: 0.5, burstWhenBatchFull: true },
  async (jobs) => {
    for (const { data } of jobs) isOver(work(data))
  },
)
await listen(
  front(
    (job) => boss.send(QUEUE, job),
    (jobs) =>
      boss.insert(
        QUEUE,
        jobs.map((data) => ({ data })),
      ),
  ),
)

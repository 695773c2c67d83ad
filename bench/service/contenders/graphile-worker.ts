import { makeWorkerUtils, run } from 'graphile-worker'
import { CONCURRENCY, front, isOver, type Job, listen, setting, work } from './work.ts'

// One job, one row, one handler; nothing is recorded of a step. The local queue fetches jobs in batches, and completes
// them in batches, as its documentation recommends for throughput.
const connectionString = setting('DATABASE_URL')
const utils = await makeWorkerUtils({ connectionString, maxPoolSize: 10 })
await utils.migrate()
await run({
  connectionString,
  noHandleSignals: true,
  taskList: { text: (payload) => isOver(work(payload as Job)) },
  preset: {
    worker: {
      concurrentJobs: CONCURRENCY,
      maxPoolSize: 10,
      pollInterval: 500,
      localQueue: { size: 500 },
      completeJobBatchDelay: 0,
      failJobBatchDelay: 0,
    },
  },
})
await listen(
  front(
    async (job) => (await utils.addJob('text', job)).id,
    (jobs) => utils.addJobs(jobs.map((payload) => ({ identifier: 'text', payload }))),
  ),
)

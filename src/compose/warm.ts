import { OPERATOR } from '../service/caller.ts'
import type { Service } from '../service/service.ts'
import type { Database } from '../store/client.ts'
import { acceptBegunJobs } from '../store/jobs/acceptBegun.ts'
import { acceptFinishedJobs } from '../store/jobs/acceptFinished.ts'
import { recordRuns } from '../store/jobs/record.ts'

/** What most jobs are like: text, tags, what one step hands to the next. */
const JOB = {
  variables: { name: 'world' },
  steps: [
    { action: 'TEXT.JOIN', parameters: { text1: 'hello', text2: '{# name #}' } },
    { action: 'TEXT.UPPERCASE', parameters: { text: '{: 1 :}!' } },
  ],
  output: '{: 2 :}',
}

/** So often it is run; on a machine that is busy less often. */
const TIMES = 20
const MOST_MS = 100

/**
 * Goes the way of a job before the first one comes. What is loaded late, what V8 compiles at a first call, and what Postgres
 * plans when a connection has a statement for the first time is what that one would wait for. Nothing is stored, and nothing
 * is told.
 */
export async function warmUp(service: Service, database: Database): Promise<void> {
  await database.loadModels()
  const until = performance.now() + MOST_MS
  for (let i = 0; i < TIMES && performance.now() < until; i++) {
    JSON.stringify(await service.jobs.dryRun(OPERATOR, JOB))
  }
  await acceptFinishedJobs(database, [])
  await acceptBegunJobs(database, [], '0')
  await recordRuns(database, [])
}

import { acceptFinishedJobs } from '../store/jobs/acceptFinished.ts'
import type { Database } from '../store/client.ts'
import { judgeJob } from '../wire/parseDefinition.ts'

// What the first job of a process would wait for, done where a start waits for something else anyway.

/** Compiles the schema of jobs, the largest of all: while Postgres makes a connection. */
export function readyToParse(): void {
  judgeJob({ steps: [{ action: 'LOGIC.TRUE' }] }, { maxSteps: 1, judgeUrl: () => null })
}

/** Has Postgres plan the statement of short jobs, which accepts none here: while routes are built. */
export async function readyToAccept(database: Database): Promise<void> {
  await acceptFinishedJobs(database, []).catch(() => undefined) // a database that is away is told of by the first job
}

import { ConduitProblem } from '@conduit-jobs/client'
import { CommandError, EXIT } from '../admin/commandError.ts'
import { readConnection } from './connection.ts'
import { note } from '../terminal/output.ts'
import { oneLine } from '../terminal/table.ts'

/** Says in a line what went wrong and what to do about it; gives the exit code. */
export async function tellFailure(error: unknown): Promise<number> {
  note(`conduit: ${oneLine(await sentenceOf(error))}`)
  if (error instanceof ConduitProblem)
    for (const field of error.errors) note(oneLine(`  ${field.pointer}  ${field.detail}`))
  return error instanceof CommandError ? error.exitCode : EXIT.failed
}

async function sentenceOf(error: unknown): Promise<string> {
  if (error instanceof ConduitProblem) return `${error.detail || error.title}${remedyOf(error)}`
  if (isNoAnswer(error)) {
    const { url } = await readConnection(process.env)
    return `no service answers at ${url}; start one with: conduit start, or say where it is by CONDUIT_URL`
  }
  // It knows what the service can fail with, so it brings most of it: only a failure that is not the client's waits for that.
  const { explainFailure } = await import('../compose/failure.ts')
  return explainFailure(error)
}

function remedyOf({ status }: ConduitProblem): string {
  return status === 401 ? '; set CONDUIT_KEY to a key of the service' : ''
}

/** What `fetch` throws where nothing answered: a TypeError with the network's error as its cause. */
function isNoAnswer(error: unknown): boolean {
  return error instanceof TypeError && error.cause instanceof Error
}

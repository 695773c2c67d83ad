import { service } from '../service.ts'
import { jobFilters, type SetFilter } from './filters.ts'

export type ManyAction = 'cancel' | 'rerun' | 'delete'

/** How far an action on many jobs is. */
export type Progress = {
  readonly matched: number
  readonly done: number
  readonly failed: number
  /** What was said to the first that refused. */
  readonly refusal?: unknown
}
type Operation = Progress & { readonly id: string; readonly finished_at: string | null }

const BETWEEN_LOOKS_MS = 500
const AT_ONCE = 4

/** How many jobs that fit the filters an action would take. */
export async function countMatching(action: ManyAction, set: readonly SetFilter[]): Promise<number> {
  const { matched } = await service.request<Operation>('POST', '/v1/bulk', {
    body: { action, filter: bulkFilter(set), dry_run: true },
  })
  return matched
}

/** Takes all that fit the filters, as one operation of the service, which goes on also where the page is closed. */
export async function actOnMatching(
  action: ManyAction,
  set: readonly SetFilter[],
  onProgress: (progress: Progress) => void,
): Promise<void> {
  let operation = await service.request<Operation>('POST', '/v1/bulk', {
    body: { action, filter: bulkFilter(set) },
    idempotencyKey: true,
  })
  while (operation.finished_at === null) {
    onProgress(operation)
    await new Promise((resolve) => setTimeout(resolve, BETWEEN_LOOKS_MS))
    operation = await service.request<Operation>('GET', `/v1/bulk/${encodeURIComponent(operation.id)}`)
  }
  onProgress(operation)
}

/** Takes the jobs that were chosen, a few at once. One that refuses (it is over, or not yet) is counted. */
export async function actOnChosen(
  action: ManyAction,
  ids: readonly string[],
  onProgress: (progress: Progress) => void,
): Promise<void> {
  let done = 0
  const refusals: unknown[] = []
  const left = [...ids]
  const work = async (): Promise<void> => {
    for (let id = left.shift(); id !== undefined; id = left.shift()) {
      await actOn(action, id).catch((reason: unknown) => refusals.push(reason))
      onProgress({ matched: ids.length, done: ++done, failed: refusals.length, refusal: refusals[0] })
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
}

async function actOn(action: ManyAction, id: string): Promise<void> {
  if (action === 'cancel') await service.jobs.cancel(id)
  else if (action === 'delete') await service.jobs.delete(id)
  else await service.request('POST', `/v1/jobs/${encodeURIComponent(id)}/rerun`, { body: {}, idempotencyKey: true })
}

function bulkFilter(set: readonly SetFilter[]): object {
  const { metadata = {}, ...filter } = jobFilters(set)
  return {
    ...filter,
    ...Object.fromEntries(Object.entries(metadata).map(([key, value]) => [`metadata.${key}`, value])),
  }
}

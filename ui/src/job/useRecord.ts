import { ConduitProblem, type JobEvent } from '@conduit-jobs/client'
import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react'
import { ASKED_AGAIN_MS, isRefused } from '../parts/askAgain.ts'
import { service } from '../service.ts'
import type { JobView, StepView } from '../wire.ts'
import { JobRecord } from './record.ts'

const PAGE = 200
type StepsPage = { readonly data: readonly StepView[]; readonly next_cursor: string | null }

export type LiveRecord = {
  readonly record: JobRecord
  /** Changes with each change of the record: a dependency for what is made from it. */
  readonly version: number
  readonly error: unknown
  readonly isLive: boolean
  /** Reads what stands below a container, once. */
  readonly open: (path: string) => void
}

/** The record of a job: read page by page, and while the job goes on also told by its events. */
export function useRecord(job: JobView | undefined, token?: string): LiveRecord {
  const [record] = useState(() => new JobRecord())
  const [error, setError] = useState<unknown>(null)
  const [tries, setTries] = useState(0)
  const queries = useQueryClient()
  const version = useSyncExternalStore(record.subscribe, record.version)
  const id = job?.id
  const isOver = job === undefined || job.finished_at !== null

  useEffect(() => {
    if (error === null || isRefused(error)) return
    const again = setTimeout(() => {
      setError(null)
      setTries((count) => count + 1)
    }, ASKED_AGAIN_MS)
    return () => clearTimeout(again)
  }, [error])

  const read = useCallback(
    async (parent: string | null, signal?: AbortSignal) => {
      if (id === undefined) return
      let cursor: string | null = null
      do {
        const page: StepsPage = await service.request('GET', `/v1/jobs/${encodeURIComponent(id)}/steps`, {
          query: { limit: PAGE, cursor, token, ...(parent === null ? {} : { parent }) },
          signal,
        })
        record.read(parent, page.data, page.next_cursor === null)
        cursor = page.next_cursor
      } while (cursor !== null)
    },
    [id, record, token],
  )

  useEffect(() => {
    if (id === undefined) return
    const watching = new AbortController()
    read(null, watching.signal).catch((reason: unknown) => watching.signal.aborted || setError(reason))
    return () => watching.abort()
    // What ended while nobody watched is read once more.
  }, [id, read, isOver, tries])

  useEffect(() => {
    if (id === undefined || isOver) return
    const watching = new AbortController()
    const containers = refresher(record, (path) => service.request('GET', stepPath(id, path), { query: { token } }))
    const watch = async (): Promise<void> => {
      for await (const event of service.jobs.events(id, { token, live: true, signal: watching.signal })) {
        apply(record, event)
        const { step } = (event as unknown as LiveEvent).data
        containers.stale(step?.parent)
        if (step?.action.startsWith('FLOW.') === true) containers.stale(step.path)
        // Other kinds of events and the end change the job itself.
        if (event.type !== 'step.updated') await queries.invalidateQueries({ queryKey: ['job', id] })
      }
    }
    watch().catch((reason: unknown) => {
      if (!watching.signal.aborted && !(reason instanceof ConduitProblem && reason.status === 404)) setError(reason)
    })
    return () => {
      watching.abort()
      containers.end()
    }
  }, [id, isOver, record, queries, token, tries])

  const open = useCallback(
    (path: string) => {
      if (record.below(path) === undefined) read(path).catch(setError)
    },
    [read, record],
  )
  return { record, version, error, isLive: !isOver, open }
}

/** A burst of events below a container is one look at it. */
const GATHERED_MS = 500

/** Reads containers again whose counts went stale. */
function refresher(record: JobRecord, read: (path: string) => Promise<StepView>) {
  const stale = new Set<string>()
  let timer: ReturnType<typeof setTimeout> | undefined
  const look = (): void => {
    timer = undefined
    for (const path of stale) {
      // The next event asks again.
      read(path).then(
        (step) => record.change(path, step),
        () => undefined,
      )
    }
    stale.clear()
  }
  return {
    stale: (path: string | null | undefined): void => {
      if (path === null || path === undefined || record.step(path) === undefined) return
      stale.add(path)
      timer ??= setTimeout(look, GATHERED_MS)
    },
    end: (): void => clearTimeout(timer),
  }
}

function stepPath(id: string, path: string): string {
  return `/v1/jobs/${encodeURIComponent(id)}/steps/${encodeURIComponent(path)}`
}

type LiveEvent = { type: string; data: { step?: StepView } & Partial<StepView> & { path?: string } }

function apply(record: JobRecord, event: JobEvent): void {
  const { type, data } = event as unknown as LiveEvent
  const { step } = data
  if (type === 'step.updated' && step !== undefined) record.tell(step)
  else if (step !== undefined && record.step(step.path) !== undefined) record.change(step.path, step)
  else if (step !== undefined && step.status !== undefined) record.tell(step)
}

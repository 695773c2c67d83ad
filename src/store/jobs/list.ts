import type { Database } from '../client.ts'
import type { JobList } from './jobList.ts'

/** The list, which opens with the first page that is asked for. */
export type LazyJobList = JobList & {
  /** Loads Prisma's client now, so that the first who asks for a page need not wait for it. */
  load(): Promise<void>
}

/**
 * Opens the list. Prisma's client is 30 MB and takes a tenth of a second: it is loaded beside the work once the service
 * is ready, and whoever asks for a page before waits for that.
 */
export function openJobList(database: Database): LazyJobList {
  let opening: Promise<JobList> | null = null
  const open = (): Promise<JobList> => {
    opening ??= import('./pages.ts').then(({ openJobPages }) => openJobPages(database))
    return opening
  }
  return {
    load: async () => void (await open()),
    page: async (query) => (await open()).page(query),
    close: async () => (await opening)?.close(),
  }
}

import { setTimeout as sleep } from 'node:timers/promises'
import type { Client, JobEvent } from '@conduit-jobs/client'

/** New jobs are looked for this often. */
const LOOK_MS = 500

/** So many jobs are followed at once; the others wait, and lose nothing, since past events come first. */
const MOST_FOLLOWED = 50

/** What is told of the jobs that are followed. */
export type FollowListener = {
  /** From now on new jobs are seen. */
  onReady(): void
  onEvent(jobId: string, event: JobEvent): Promise<void>
}

/** Follows every job that is posted from now on, until the signal aborts. */
export async function followNewJobs(client: Client, signal: AbortSignal, follower: FollowListener): Promise<void> {
  const following = new Set<Promise<void>>()
  const seen = new Set<string>()
  for (const id of await newestIds(client)) seen.add(id)
  follower.onReady()
  while (!signal.aborted) {
    for (const id of (await newestIds(client)).reverse()) {
      if (seen.has(id)) continue
      seen.add(id)
      while (following.size >= MOST_FOLLOWED) await Promise.race(following)
      const followed = follow(client, id, signal, follower).finally(() => following.delete(followed))
      following.add(followed)
    }
    await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined)
  }
  await Promise.all(following)
}

const PAGE = 200

/** Jobs of one page: more than come between two looks, where a person tries things out. */
async function newestIds(client: Client): Promise<string[]> {
  return (await client.jobs.list({ limit: PAGE }).page()).data.map(({ id }) => id)
}

async function follow(client: Client, id: string, signal: AbortSignal, { onEvent }: FollowListener): Promise<void> {
  for await (const event of client.jobs.events(id, { signal })) await onEvent(id, event)
}

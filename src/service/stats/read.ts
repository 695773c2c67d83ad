import { readReplicas, readStats as readStoredStats, sampleJobs } from '../../store/stats/read.ts'
import { timestamp, timestampOrNull } from '../../wire/jobView.ts'
import type { StatsWire } from '../../wire/stats.ts'
import { type Caller, realmOf, requireScope } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'
import { sampledSteps, timesOf } from './actions.ts'

/** So many jobs are counted, the newest; and of so many it is looked how long their steps took. */
const MAX_COUNTED = 20_000
const MAX_SAMPLED = 100

const DAY_MS = 86_400_000

/**
 * How the caller's jobs went since a moment (default: a day ago). The work is bounded: where more jobs came since than are
 * counted, `since` is when the eldest of these did.
 */
export async function readStats(
  { database, versions, now }: Pick<ServiceDeps, 'database' | 'versions' | 'now'>,
  caller: Caller,
  { since: asked }: { readonly since?: number | undefined },
): Promise<StatsWire> {
  requireScope(caller, 'jobs:read')
  const { tenant } = caller
  const from = asked ?? now() - DAY_MS
  const isOperator = realmOf(caller) === null && (caller.scopes === 'all' || caller.scopes.has('admin'))
  const [stats, sample, replicas] = await Promise.all([
    readStoredStats(database, tenant, from, MAX_COUNTED),
    sampleJobs(database, tenant, from, MAX_SAMPLED),
    isOperator ? readReplicas(database) : null,
  ])
  const since = stats.seen === MAX_COUNTED && stats.eldest !== null ? stats.eldest : from
  const minutes = Math.max(1, (now() - since) / 60_000)
  return {
    since: timestamp(since),
    states: stats.states ?? {},
    open: stats.open ?? {},
    definitions: [...(stats.definitions ?? [])],
    failures: [...(stats.failures ?? [])],
    oldest_queued_at: timestampOrNull(stats.oldest_queued_at),
    finished_per_minute: Math.round((stats.finished / minutes) * 1000) / 1000,
    minutes: (stats.minutes ?? []).map((minute) => ({ ...minute, at: timestamp(minute.at * 1000) })).reverse(),
    actions: timesOf(await Promise.all(sample.map((job) => sampledSteps(versions, tenant, job)))),
    waiting: stats.waiting ?? {},
    ...(replicas === null
      ? {}
      : { replicas: replicas.map((one) => ({ ...one, started_at: timestamp(one.started_at) })) }),
  }
}

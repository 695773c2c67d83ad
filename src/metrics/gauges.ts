import { Gauge, type Registry } from '@prometheus-io/client'
import type { Database } from '../store/client.ts'
import { type FleetState, readFleetState } from '../store/fleetState.ts'
import { countWaiting } from '../store/waits/wake.ts'
import type { Telemetry } from '../telemetry.ts'

/** The kinds of waits that a job may be in. */
const WAITS = ['sleep', 'signal', 'ask', 'job', 'retry', 'every']

/** What all replicas share is read no more often, whoever asks. */
const PERIOD_MS = 15_000

const DAY_SECONDS = 86_400

/** What gauges are read from. */
export type GaugeSources = {
  readonly database: Database
  readonly telemetry: Telemetry
  /** After how many days jobs that ended are deleted; 0: never. */
  readonly retentionDays: number
}

/** Tells of what all replicas share, read from the database when it is asked for, and of this one's connections. */
export function readGauges(registry: Registry, { database, telemetry, retentionDays }: GaugeSources): void {
  // What the database does not tell now stays as it was.
  const reader = <T>(look: (from: Database) => Promise<T>): (() => Promise<T | null>) =>
    atMostEach(PERIOD_MS, async () => {
      try {
        return await look(database)
      } catch (error) {
        telemetry.emit('databaseFailed', { during: 'reading gauges', error })
        return null
      }
    })
  tellFleet(registry, reader(readFleetState), retentionDays)
  tellWaiting(registry, reader(countWaiting))
  tellConnections(registry, database)
}

function tellFleet(registry: Registry, read: () => Promise<FleetState | null>, retentionDays: number): void {
  const gauge = (name: string, help: string, value: (state: FleetState) => number): void => {
    void new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        const state = await read()
        if (state !== null) this.set(value(state))
      },
    })
  }
  gauge('conduit_jobs_queued', 'Jobs that wait for a slot, on all replicas together.', ({ queued }) => queued)
  gauge('conduit_queue_oldest_seconds', 'For how long the first of them has been due.', ({ queue_age }) => queue_age)
  gauge('conduit_webhook_queued', 'Messages to webhooks and callbacks that are to be sent.', ({ messages }) => messages)
  gauge('conduit_webhook_oldest_seconds', 'The age of the oldest that is due.', ({ message_age }) => message_age)
  gauge('conduit_replicas', 'Replicas with a good lease.', ({ replicas }) => replicas)
  gauge('conduit_retention_lag_seconds', 'For how long jobs outlived JOB_RETENTION_DAYS.', ({ ended_age }) =>
    retentionDays === 0 ? 0 : Math.max(0, ended_age - retentionDays * DAY_SECONDS),
  )
  gauge(
    'conduit_schedules_late_seconds',
    'For how long the first firing that is due has waited.',
    ({ schedule_age }) => schedule_age,
  )
}

function tellWaiting(registry: Registry, read: () => Promise<Awaited<ReturnType<typeof countWaiting>> | null>): void {
  void new Gauge({
    name: 'conduit_jobs_waiting',
    help: 'Jobs that wait for something, by what they wait for.',
    labelNames: ['kind'],
    registers: [registry],
    async collect() {
      const counted = await read()
      if (counted === null) return
      for (const kind of WAITS) this.set({ kind }, 0)
      for (const { kind, jobs } of counted) this.set({ kind }, jobs)
    },
  })
}

function tellConnections(registry: Registry, database: Database): void {
  void new Gauge({
    name: 'conduit_database_connections',
    help: 'Connections of this replica to its database.',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      const { busy, idle, waiting: waits } = database.connections()
      this.set({ state: 'busy' }, busy)
      this.set({ state: 'idle' }, idle)
      this.set({ state: 'waiting' }, waits)
    },
  })
}

/** Does something at most once a period, and at most once at a time; in between everybody gets what it gave. */
function atMostEach<T>(periodMs: number, work: () => Promise<T>): () => Promise<T> {
  let known: Promise<T> | null = null
  let readAt = Number.NEGATIVE_INFINITY
  return () => {
    const now = performance.now()
    if (known === null || now - readAt >= periodMs) [known, readAt] = [work(), now]
    return known
  }
}

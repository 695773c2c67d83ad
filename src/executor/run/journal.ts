import { Batcher } from '../../store/batcher.ts'
import type { Database } from '../../store/client.ts'
import { isDataError } from '../../store/postgres/failures.ts'
import { type Acceptance, acceptJobs, type NewJob } from '../../store/jobs/accept.ts'
import type { RecordResult, RunWrite } from '../../store/jobs/record.ts'
import type { Signals } from '../../signals.ts'
import type { Telemetry } from '../../telemetry.ts'
import { LockedWrites, type Parted } from './lockedWrites.ts'
import { Persistence } from './persistence.ts'

const MAX_GROUP_BYTES = 8 * 1024 * 1024
const MAX_ACCEPTED = 128
const MAX_RECORDED = 128

/** The two ways in which the executor writes: what is accepted, and what runs did. One statement of each at a time. */
export type Journal = {
  /** Fails at once where the database is away: the client is told to come again. */
  accept(job: NewJob): Promise<Acceptance>
  /** Waits for the database as long as it is away. Fails for data that it does not take, and after `close`. */
  record(write: RunWrite): Promise<RecordResult>
  /** From now on a database that is away is waited for some seconds only, by each write. */
  hurry(): void
  /** Waits no longer for a database that is away: what can't be written now fails. */
  giveUp(): void
  /** Writes what is waiting, then takes nothing more. */
  close(): Promise<void>
}

export type JournalOptions = {
  readonly database: Database
  readonly telemetry: Telemetry
  readonly signals: Signals
  /** Asked at each accept: who owns the jobs that begin at once. */
  readonly replica: () => number
}

export function openJournal({ database, telemetry, signals, replica }: JournalOptions): Journal {
  const giveUp = new AbortController()
  const persistence = new Persistence(telemetry, giveUp.signal)
  const accepting = new Batcher<NewJob, Acceptance>({
    flush: async (jobs) => notice(await acceptJobs(database, jobs, replica()), signals),
    maxItems: MAX_ACCEPTED,
    maxBytes: MAX_GROUP_BYTES,
    bytesOf: (job) => job.definition.length,
    isDataError,
    onFlush: (items) => telemetry.emit('groupCommitted', { kind: 'accept', items }),
  })
  const locked = new LockedWrites(database, telemetry, giveUp.signal)
  const recording = new Batcher<RunWrite, RecordResult | Parted>({
    flush: async (writes) => notice(await persistence.persist(() => locked.record(writes)), signals),
    maxItems: MAX_RECORDED,
    maxBytes: MAX_GROUP_BYTES,
    bytesOf: bytesOfWrite,
    isDataError,
    onFlush: (items) => telemetry.emit('groupCommitted', { kind: 'record', items }),
  })
  return {
    accept: (job) => accepting.submit(job),
    record: async (write) => {
      for (;;) {
        const result = await recording.submit(write)
        if (result.kind !== 'locked') return result
        await locked.untilFree(write)
      }
    },
    hurry: () => persistence.hurry(),
    giveUp: () => giveUp.abort(),
    close: async () => {
      await Promise.all([accepting.close(), recording.close()])
    },
  }
}

/** Tells the deliverer that there is work for it. */
function notice<Result extends Acceptance | RecordResult | Parted>(results: Result[], signals: Signals): Result[] {
  if (results.some((result) => 'told' in result && result.told)) signals.messagesRecorded.give()
  return results
}

function bytesOfWrite({ outcomes, end }: RunWrite): number {
  const steps = outcomes.reduce((sum, { json, variables }) => sum + json.length + (variables?.json.length ?? 0), 0)
  return steps + (end?.variables?.length ?? 0) + (end?.output?.length ?? 0)
}

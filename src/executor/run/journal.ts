import { WeighedBatcher } from '../../store/weighedBatcher.ts'
import type { Database } from '../../store/client.ts'
import { isDataError } from '../../store/postgres/failures.ts'
import { acceptJobs } from '../../store/jobs/accept.ts'
import { acceptOpenJobs, asOpen, type OpenJob } from '../../store/jobs/acceptOpen.ts'
import { acceptFinishedJobs, asFinished, type FinishedJob } from '../../store/jobs/acceptFinished.ts'
import type { Acceptance, NewJob } from '../../store/jobs/newJob.ts'
import type { RecordResult } from '../../store/jobs/record.ts'
import type { RunWrite } from '../../store/jobs/runWrite.ts'
import type { Signals } from '../../signals.ts'
import type { Telemetry } from '../../telemetry.ts'
import { bytesOf } from './activeRun.ts'
import { LockedWrites, type Parted } from './lockedWrites.ts'
import { Persistence } from './persistence.ts'

/** Of a statement, which holds everybody up for as long as it takes to write, to send and to commit. */
const MAX_GROUP_BYTES = 1024 * 1024
/**
 * So many wait for one statement at most: what takes Postgres some 60 ms. With a smaller bound many connections would wait for
 * several statements in turn, the last for all of them.
 */
const MAX_GROUP = 1024

/**
 * The ways in which the executor writes: what is accepted, and what runs did. One statement of each at a time, and one beside
 * it of what is large. Most jobs are
 * over when they are accepted, or go on at once, and need nothing else: each of the two has a statement of its own.
 */
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

/** What writes of runs go to, and who is told of them. */
export type JournalOptions = {
  readonly database: Database
  readonly telemetry: Telemetry
  readonly signals: Signals
  /** Asked at each accept: who runs the jobs that begin at once. */
  readonly holder: () => string
}

/** Opens what writes for all runs of a replica, those that write at one moment in one statement. */
export function openJournal({ database, telemetry, signals, holder }: JournalOptions): Journal {
  const giveUp = new AbortController()
  const persistence = new Persistence(telemetry, giveUp.signal)
  const grouped = { maxItems: MAX_GROUP, maxBytes: MAX_GROUP_BYTES, isDataError }
  const accepts = {
    ...grouped,
    onFlush: (items: number) => telemetry.emit('groupCommitted', { kind: 'accept', items }),
  }
  const accepting = new WeighedBatcher<NewJob, Acceptance>({
    ...accepts,
    flush: async (jobs) => notice(await acceptJobs(database, jobs, holder()), signals),
    bytesOf: (job) => job.definition.length,
  })
  const finished = new WeighedBatcher<FinishedJob, Acceptance>({
    ...accepts,
    flush: async (jobs) => notice(await acceptFinishedJobs(database, jobs), signals),
    bytesOf: ({ job, entries }) => job.definition.length + entries.length,
  })
  const open = new WeighedBatcher<OpenJob, Acceptance>({
    ...accepts,
    flush: async (jobs) => notice(await acceptOpenJobs(database, jobs, holder()), signals),
    bytesOf: ({ job }) => job.definition.length,
  })
  const locked = new LockedWrites(database, telemetry, giveUp.signal)
  const recording = new WeighedBatcher<RunWrite, RecordResult | Parted>({
    ...grouped,
    flush: async (writes) => notice(await persistence.persist(() => locked.record(writes)), signals),
    bytesOf: bytesOfWrite,
    onFlush: (items) => telemetry.emit('groupCommitted', { kind: 'record', items }),
  })
  return {
    accept: (job) => {
      const over = asFinished(job)
      if (over !== null) return finished.submit(over)
      const going = asOpen(job)
      return going === null ? accepting.submit(job) : open.submit(going)
    },
    record: async (write) => {
      let result = await recording.submit(write)
      for (; result.kind === 'locked'; result = await recording.submit(write)) await locked.untilFree(write)
      return result
    },
    hurry: () => persistence.hurry(),
    giveUp: () => giveUp.abort(),
    close: async () => {
      await Promise.all([accepting.close(), finished.close(), open.close(), recording.close()])
    },
  }
}

/** Tells the deliverer that there is work for it. */
function notice<Result extends Acceptance | RecordResult | Parted>(results: Result[], signals: Signals): Result[] {
  if (results.some((result) => 'told' in result && result.told)) signals.messagesRecorded.give()
  return results
}

function bytesOfWrite({ entries, end }: RunWrite): number {
  const written = entries.reduce((sum, entry) => sum + bytesOf(entry), 0)
  return written + (end?.variables?.length ?? 0) + (end?.output?.length ?? 0)
}

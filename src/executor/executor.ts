import { cancelRun, stopAfterStep, stopRun } from '../engine/run.ts'
import type { Registry } from '../engine/registry.ts'
import type { Limits } from '../engine/state.ts'
import type { BlockLog } from '../engine/block.ts'
import type { Database } from '../store/client.ts'
import { type Cancellation, cancelJob } from '../store/jobs/cancel.ts'
import type { ClaimedJob } from '../store/jobs/claim.ts'
import { releaseJobs } from '../store/jobs/release.ts'
import type { Telemetry } from '../telemetry.ts'
import { ProblemError } from '../wire/problem.ts'
import type { ActiveRun, RunSurroundings } from './activeRun.ts'
import { type Agent, startCancelWatch, startLoopWatch, startRescuer, startTender } from './agents.ts'
import { Claimer } from './claimer.ts'
import { type HookSet, Hooks } from './hooks.ts'
import { type Journal, openJournal } from './journal.ts'
import { Lease } from './lease.ts'
import { QueueBound } from './queueBound.ts'
import { resumeJob } from './resume.ts'
import { drive, type RunExit } from './runner.ts'
import { Slots } from './slots.ts'
import { submit, type Submission, type SubmitDeps, type Submitted } from './submit.ts'

export type ExecutorOptions = {
  readonly database: Database
  readonly registry: Registry
  readonly telemetry: Telemetry
  readonly hooks: HookSet
  readonly globals: Readonly<Record<string, unknown>>
  readonly limits: Limits
  readonly concurrency: number
  readonly leaseSeconds: number
  readonly maxTakeovers: number
  readonly maxQueued: number
  readonly shutdownSeconds: number
  /** The log that a job's blocks write to. */
  readonly log: (job: { tenant: string; id: string }) => BlockLog
}

/** A replica that lacks a job's block looks at the job again after so long; another may have it meanwhile. */
const MISSING_BLOCK_DELAY_MS = 5000

/** A job whose run failed for a reason that is nobody's fault, least of all the job's. */
const BROKEN_RUN_DELAY_MS = 5000

/** Accepts jobs and runs them: this process's share of the work. */
export class Executor {
  readonly #options: ExecutorOptions
  readonly #lease: Lease
  readonly #journal: Journal
  readonly #slots: Slots
  readonly #claimer: Claimer
  readonly #hooks: Hooks
  readonly #bound: QueueBound
  readonly #agents: readonly Agent[]
  readonly #deps: SubmitDeps
  #draining = false
  #suspects: Promise<unknown> = Promise.resolve()

  private constructor(options: ExecutorOptions, lease: Lease) {
    const { database, telemetry, registry, concurrency, leaseSeconds } = options
    this.#options = options
    this.#lease = lease
    this.#slots = new Slots(concurrency)
    this.#hooks = new Hooks(options.hooks, telemetry)
    this.#journal = openJournal(database, telemetry, () => lease.replica)
    this.#bound = new QueueBound(database, telemetry, options.maxQueued)
    const begin = (job: ClaimedJob): void => void this.#take(job)
    this.#claimer = new Claimer({ database, telemetry, lease, slots: this.#slots, begin })
    const around: RunSurroundings = {
      clock: lease.clock,
      limits: options.limits,
      globals: options.globals,
      log: options.log,
    }
    this.#deps = {
      journal: this.#journal,
      telemetry,
      lease,
      isDraining: () => this.#draining,
      onEnding: (active) => {
        this.#slots.end(active)
        this.#claimer.freed()
      },
      registry,
      around,
      slots: this.#slots,
      claimer: this.#claimer,
      proceed: (active, exit) => void this.#run(active, exit),
    }
    this.#agents = [
      startTender(this.#slots, this.#deps),
      startCancelWatch(database, lease, this.#slots, telemetry),
      startRescuer(database, lease, leaseSeconds, telemetry, () => this.#claimer.poke()),
      startLoopWatch(this.#slots, telemetry),
    ]
    telemetry.on('recorded', this.#onRecorded)
  }

  /** Takes a lease and begins to work. Fails where the database is away. */
  static async start(options: ExecutorOptions): Promise<Executor> {
    const { database, telemetry, leaseSeconds } = options
    return new Executor(options, await Lease.open({ database, telemetry, seconds: leaseSeconds }))
  }

  /** The id of this process among the replicas. */
  get replica(): number {
    return this.#lease.replica
  }

  get running(): number {
    return this.#slots.running
  }

  get isDraining(): boolean {
    return this.#draining
  }

  /** The database's time, as far as it is known here. */
  now(): number {
    return this.#lease.clock.now()
  }

  /**
   * Accepts a job; it is durable when this resolves. Throws a `ProblemError` `unavailable` while draining and beyond
   * `MAX_QUEUED`, and passes on what the database says when it is away.
   */
  async submit(submission: Submission): Promise<Submitted> {
    if (this.#draining) throw new ProblemError('unavailable', 'the service is shutting down', { retryAfter: 5 })
    if (this.#bound.isFull) {
      throw new ProblemError('unavailable', `${this.#options.maxQueued} jobs are waiting already`, { retryAfter: 5 })
    }
    const submitted = await submit(submission, this.#deps)
    if (submitted.kind === 'accepted' && submitted.job.state === 'queued') this.#bound.queued()
    return submitted
  }

  /** Records a cancel and acts on it where the job runs here, or waits. */
  async cancel(tenant: string, id: string): Promise<Cancellation> {
    const cancellation = await cancelJob(this.#options.database, tenant, id)
    if (cancellation.kind !== 'cancelled' || cancellation.over) return cancellation
    const active = this.#slots.get({ tenant, id })
    if (active !== undefined) cancelRun(active.run)
    else if (cancellation.owner === null) this.#claimer.queued()
    return cancellation
  }

  /** Refuses new jobs from now on, and claims none. */
  beginDrain(): void {
    this.#draining = true
  }

  /**
   * Drains: steps in hand may end for `shutdownSeconds`, then they are aborted and their jobs given back. Resolves when
   * nothing runs here any more, everything is written, and the lease is ended.
   */
  async close(): Promise<void> {
    this.beginDrain()
    await this.#claimer.stop()
    for (const { run } of this.#slots.values()) stopAfterStep(run)
    const patience = setTimeout(() => {
      for (const { run } of this.#slots.values()) stopRun(run, 'draining')
    }, this.#options.shutdownSeconds * 1000)
    await this.#slots.whenIdle()
    clearTimeout(patience)
    await Promise.all(this.#agents.map((agent) => agent.stop()))
    this.#bound.close()
    await this.#journal.close()
    await this.#lease.close()
    this.#options.telemetry.off('recorded', this.#onRecorded)
  }

  readonly #onRecorded = (job: { tenant: string; id: string }): void => {
    const active = this.#slots.get(job)
    if (active !== undefined) this.#hooks.tell(active)
  }

  async #take(claimed: ClaimedJob): Promise<void> {
    const { database, registry, maxTakeovers } = this.#options
    const { tenant, id, fence } = claimed
    this.#slots.reserve(1)
    try {
      const resumed = await resumeJob(claimed, { database, registry, around: this.#deps.around, maxTakeovers })
      if ('active' in resumed) void this.#run(resumed.active, null)
      else await this.#giveBack({ tenant, id, fence }, 'missing-block', MISSING_BLOCK_DELAY_MS, resumed.missing)
    } catch (error) {
      this.#options.telemetry.emit('databaseFailed', { during: 'taking a job up', error })
      await this.#giveBack({ tenant, id, fence }, 'draining', BROKEN_RUN_DELAY_MS)
    } finally {
      this.#slots.unreserve(1)
    }
  }

  async #run(active: ActiveRun, exit: RunExit | null): Promise<void> {
    const { telemetry } = this.#options
    const { tenant, id, recorded } = active
    this.#slots.enter(active)
    telemetry.emit('runStarted', { tenant, id, recorded, takeovers: 0 })
    try {
      this.#hooks.tell(active)
      await this.#leave(active, exit ?? (await this.#drive(active)))
    } catch (error) {
      telemetry.emit('databaseFailed', { during: 'running a job', error })
      await this.#giveBack(active, 'draining', BROKEN_RUN_DELAY_MS)
    } finally {
      this.#slots.leave(active)
      telemetry.emit('runEnded', { tenant, id })
      if (!this.#draining) this.#claimer.freed()
    }
  }

  /** Suspects run one at a time, beside the others, so that the one that kills is known. */
  #drive(active: ActiveRun): Promise<RunExit> {
    if (!active.suspect) return drive(active, this.#deps)
    const turn = this.#suspects.then(() => drive(active, this.#deps))
    this.#suspects = turn.catch(() => undefined)
    return turn
  }

  async #leave(active: ActiveRun, exit: RunExit): Promise<void> {
    const { tenant, id, createdAt } = active
    switch (exit.kind) {
      case 'over': {
        const { state } = exit.end
        const milliseconds = exit.finishedAt - createdAt
        this.#options.telemetry.emit('jobFinished', { tenant, id, state, milliseconds })
        this.#hooks.tell(active, exit)
        return
      }
      case 'stopped':
        return this.#giveBack(active, 'draining', 0)
      case 'lost':
        return
    }
  }

  async #giveBack(
    { tenant, id, fence }: { tenant: string; id: string; fence: string },
    reason: 'draining' | 'missing-block',
    delayMs: number,
    blocks: readonly string[] = [],
  ): Promise<void> {
    const { database, telemetry } = this.#options
    try {
      await releaseJobs(database, [{ tenant, id, fence, delayMs }])
      telemetry.emit('jobReleased', { tenant, id, reason, blocks })
    } catch (error) {
      // The job is found again when the lease of this replica has run out.
      telemetry.emit('databaseFailed', { during: 'giving a job back', error })
    }
  }
}

import type { Versions } from '../definitions/versions.ts'
import type { Registry } from '../engine/registeredBlock.ts'
import { cancelRun, stopAfterStep, stopRun } from '../engine/run/run.ts'
import type { Signals } from '../signals.ts'
import type { Database } from '../store/client.ts'
import type { ClaimedJob } from '../store/jobs/claim.ts'
import { giveUpJob } from '../store/jobs/giveUp.ts'
import type { JobHold } from '../store/jobs/owned.ts'
import { releaseJobs } from '../store/jobs/release.ts'
import { DatabaseUnavailable } from '../store/postgres/failures.ts'
import type { ReleaseReason, Telemetry } from '../telemetry.ts'
import type { Arrivals } from './queue/arrivals.ts'
import type { Declined } from './queue/declined.ts'
import type { HeldValues } from './queue/heldValues.ts'
import type { Slots } from './queue/slots.ts'
import type { SuspectTurn } from './queue/suspectTurn.ts'
import type { ActiveRun, SharedRunContext } from './run/activeRun.ts'
import type { Hooks } from './run/hooks.ts'
import { leaveFor } from './run/leaving.ts'
import { isSuspect, resumeJob } from './run/resume.ts'
import { drive, type RunExit, type RunnerDeps, type RunOver } from './run/runner.ts'
import { unreadable } from './run/unreadable.ts'

/**
 * Where a replica lacks the blocks of more jobs than it can leave alone, it looks at the further ones again after so long,
 * and up to half as long more at random: replicas poll at fixed intervals, and with a fixed delay the same one would take
 * a job first each time.
 */
const MISSING_BLOCK_DELAY_MS = 5000

/** A job whose run broke; each time counts like a takeover, so it is given up in the end. */
const BROKEN_RUN_DELAY_MS = 5000

/** A suspect that came while another runs here looks for its turn again, about so soon, here or elsewhere. */
const TURN_DELAY_MS = 1000

/** A job for whose child, or for whose values, there is no room tries again, about so soon. */
const CROWDED_DELAY_MS = 1000

/** What the runs of a replica share, and their bounds. */
export type RunsOptions = {
  readonly database: Database
  readonly registry: Registry
  readonly versions: Versions
  readonly telemetry: Telemetry
  readonly signals: Signals
  readonly hooks: Hooks
  readonly slots: Slots
  readonly declined: Declined
  readonly arrivals: Arrivals
  readonly turn: SuspectTurn
  readonly context: SharedRunContext
  readonly maxTakeovers: number
  readonly held: HeldValues
  readonly runner: RunnerDeps
  /** A slot is free again. */
  readonly onFreed: () => void
  /** A job waits, and is nobody's: it is due then, if at all. */
  readonly onSuspended: (wakeAt: number | null) => void
  /** A child job is over: its parent is to be told. */
  readonly onChildOver: () => void
}

/**
 * The runs of this process: each from the moment when the job is this replica's by the database to the moment when it no
 * longer is, because it is over, given back, or another's.
 */
export class Runs {
  readonly #options: RunsOptions

  constructor(options: RunsOptions) {
    this.#options = options
  }

  /** Goes on with a job that was claimed. A slot is reserved until its run is there. */
  async take(claimed: ClaimedJob, provedAt: number): Promise<void> {
    const { database, registry, versions, context, maxTakeovers, slots, arrivals, held, telemetry, runner } =
      this.#options
    using _slot = slots.hold(claimed.tenant)
    using _coming = arrivals.expect(claimed)
    try {
      if (isSuspect(claimed) && !this.#options.turn.take(claimed)) {
        return await this.#options.turn.leave(this.#giveBack(claimed, 'turn', about(TURN_DELAY_MS)))
      }
      if (held.mustStay(claimed)) {
        return await this.#giveBack(claimed, 'overfull', about(CROWDED_DELAY_MS))
      }
      const resumed = await resumeJob(claimed, provedAt, {
        ...{ database, registry, versions, context, maxTakeovers },
        inbox: runner.inbox,
        secrets: runner.secrets,
      })
      if ('active' in resumed) {
        if (resumed.active.suspect) await this.#options.turn.alone()
        return this.begin(resumed.active)
      }
      if ('missing' in resumed) return await this.#leaveTo(claimed, resumed.missing)
      const { tenant, id, rows } = claimed
      telemetry.emit('jobMended', { tenant, id, rows, found: resumed.mended.rows })
      await this.#giveBack(claimed, 'behind', 0)
    } catch (error) {
      telemetry.emit('databaseFailed', { during: 'taking a job up', error })
      if (error instanceof DatabaseUnavailable) await this.#giveBack(claimed, 'orphan', BROKEN_RUN_DELAY_MS)
      else await this.#breakOff(claimed, claimed.takeovers >= maxTakeovers)
    } finally {
      if (slots.get(claimed)?.fence !== claimed.fence) this.#options.turn.end(claimed)
    }
  }

  /** Begins a run, or goes on with it; not one that came so late that its job was given back. */
  begin(active: ActiveRun): void {
    const { slots, arrivals, runner, telemetry } = this.#options
    const { tenant, id } = active
    if (arrivals.wasGivenUp(active)) {
      leaveFor(active, 'lost')
      telemetry.emit('jobLost', { tenant, id })
      return
    }
    this.#loseBefore(active)
    slots.enter(active)
    // Nothing of it runs: all that is left is to write its end.
    if (active.run.pendingCancel?.begun === false) slots.end(active)
    else if (runner.isDraining()) stopAfterStep(active.run)
    void this.#run(active)
  }

  /**
   * Tells of a run that was over when its job was accepted. It needed no slot, and nothing is left to be done.
   *
   * @param isLogged whether who submitted the job tells the log
   */
  conclude(active: ActiveRun, exit: RunOver, isLogged: boolean): void {
    this.#loseBefore(active)
    this.#publishEnd(active, exit, { atOnce: true, isLogged })
  }

  /** The id was another job's before: deleted while it ran here, and posted again. */
  #loseBefore(active: ActiveRun): void {
    const before = this.#options.slots.get(active)
    if (before !== undefined) leaveFor(before, 'lost')
  }

  /** Cancels a run; gives whether the job runs here. */
  cancel(job: { tenant: string; id: string }): boolean {
    const active = this.#options.slots.get(job)
    if (active !== undefined) cancelRun(active.run)
    return active !== undefined
  }

  /** Lets the steps in hand end, then stops. */
  stopAfterSteps(): void {
    for (const { run } of this.#options.slots.values()) stopAfterStep(run)
  }

  /** Aborts the steps in hand; nothing of them is recorded. */
  stop(): void {
    for (const { run } of this.#options.slots.values()) stopRun(run, 'draining')
  }

  /** Everything that hung on the lease is another's. */
  readonly loseAll = (): void => {
    for (const active of this.#options.slots.values()) leaveFor(active, 'lost')
  }

  async #run(active: ActiveRun): Promise<void> {
    const { hooks, runner, slots, telemetry, onFreed } = this.#options
    const { tenant, id, recorded } = active
    const queuedMs = recorded === 0 ? active.run.startedAt - active.createdAt : null
    telemetry.emit('runStarted', { tenant, id, recorded, queuedMs })
    try {
      hooks.call(active)
      await this.#leave(active, await drive(active, runner))
    } catch (error) {
      telemetry.emit('databaseFailed', { during: 'running a job', error })
      if (runner.isDraining()) await this.#giveBack(active, 'draining', BROKEN_RUN_DELAY_MS)
      // A database that is away is nobody's fault, so it counts against no job.
      else if (error instanceof DatabaseUnavailable) await this.#giveBack(active, 'orphan', BROKEN_RUN_DELAY_MS)
      else await this.#breakOff(active, active.lastChanceAt === active.rows)
    } finally {
      this.#options.turn.end(active)
      slots.leave(active)
      telemetry.emit('runEnded', { tenant, id })
      if (!runner.isDraining()) onFreed()
    }
  }

  async #leave(active: ActiveRun, exit: RunExit): Promise<void> {
    switch (exit.kind) {
      case 'over':
        return this.#publishEnd(active, exit, { atOnce: false, isLogged: false })
      case 'stopped':
        return this.#giveBack(active, ...stopOf(active))
      case 'suspended': {
        const { tenant, id } = active
        this.#options.telemetry.emit('jobSuspended', { tenant, id, wakeAt: exit.wakeAt })
        this.#options.onSuspended(exit.wakeAt)
        return
      }
      case 'lost':
        return
    }
  }

  #publishEnd(
    active: ActiveRun,
    exit: RunOver,
    { atOnce, isLogged }: { readonly atOnce: boolean; readonly isLogged: boolean },
  ): void {
    const { tenant, id, createdAt } = active
    const milliseconds = exit.finishedAt - createdAt
    const { hooks, signals, telemetry } = this.#options
    signals.jobFinished.give({ tenant, id, atOnce })
    hooks.call(active, exit)
    if (active.plan.definition.parent !== null) this.#options.onChildOver()
    telemetry.emit('jobFinished', { tenant, id, state: exit.end.state, milliseconds, atOnce, isLogged })
  }

  #leaveTo(claimed: ClaimedJob, missing: readonly string[]): Promise<void> {
    const delayMs = this.#options.declined.add(claimed.nonce) ? 0 : MISSING_BLOCK_DELAY_MS * (1 + Math.random() / 2)
    return this.#giveBack(claimed, 'missing-block', delayMs, { blocks: missing, unbegun: claimed.fresh })
  }

  /** A run broke: it is tried again, and counts like a takeover; unless it was the one that was to give the job up. */
  async #breakOff(job: JobHold, isLast: boolean): Promise<void> {
    if (!isLast) return await this.#giveBack(job, 'broken', BROKEN_RUN_DELAY_MS)
    const { tenant, id } = job
    const { database, signals, telemetry, maxTakeovers } = this.#options
    try {
      const end = await giveUpJob(database, job, unreadable(maxTakeovers))
      if (end === null) return
      const { state, createdAt, finishedAt } = end
      signals.jobFinished.give({ tenant, id, atOnce: false })
      if (end.told) signals.messagesRecorded.give()
      this.#options.onChildOver()
      telemetry.emit('jobGivenUp', { tenant, id })
      telemetry.emit('jobFinished', {
        tenant,
        id,
        state,
        milliseconds: finishedAt - createdAt,
        atOnce: false,
        isLogged: false,
      })
    } catch (error) {
      // As where a job can't be given back: it is found as an orphan, and tried again.
      telemetry.emit('databaseFailed', { during: 'giving a job up', error })
    }
  }

  async #giveBack(
    { tenant, id, fence }: JobHold,
    reason: ReleaseReason,
    delayMs: number,
    { blocks = [], unbegun = false }: { blocks?: readonly string[]; unbegun?: boolean } = {},
  ): Promise<void> {
    const { database, signals, telemetry } = this.#options
    try {
      await releaseJobs(database, [{ tenant, id, fence, delayMs, broken: reason === 'broken', unbegun }])
      signals.jobReleased.give({ tenant, id })
      telemetry.emit('jobReleased', { tenant, id, reason, blocks })
    } catch (error) {
      // The job stays this replica's, and is found as an orphan; or, where this process ends, as that of a dead replica.
      telemetry.emit('databaseFailed', { during: 'giving a job back', error })
    }
  }
}

/** Half as long to half as long again: what came together does not come back together. */
function about(milliseconds: number): number {
  return milliseconds * (0.5 + Math.random())
}

/** Why a run that stopped is given back, and for how long. */
function stopOf({ leaving }: ActiveRun): [reason: ReleaseReason, delayMs: number] {
  switch (leaving) {
    case 'crowded':
    case 'overfull':
      return [leaving, about(CROWDED_DELAY_MS)]
    case 'refused':
    case 'behind':
      return [leaving, 0]
    case 'lost':
    case null:
      return ['draining', 0]
  }
}

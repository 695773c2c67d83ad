import { type Cancellation, cancelJob } from '../store/jobs/cancel.ts'
import type { ToldParent } from '../store/jobs/children.ts'
import type { ClaimedJob } from '../store/jobs/claim.ts'
import { countQueuedOf } from '../store/jobs/read.ts'
import type { Judge } from '../store/judge.ts'
import { type Reschedule, type Rescheduled, rescheduleJob } from '../store/jobs/reschedule.ts'
import { hashOfJob } from '../store/notifier/messages.ts'
import { type AnswerTaken, answerWait, type NewAnswer } from '../store/waits/answer.ts'
import { type NewSignal, type SentSignal, sendSignal } from '../store/waits/signal.ts'
import { ProblemError } from '../wire/problem.ts'
import type { AcceptDeps, Submitted } from './accept/deps.ts'
import { LeadTime } from './accept/leadTime.ts'
import type { Submission } from './accept/submission.ts'
import { submit } from './accept/submit.ts'
import { startRunLoops } from './background/loops.ts'
import { ChildJobs, type MakeChild } from './children/children.ts'
import type { BackgroundLoop } from './every.ts'
import { Lease } from './lease/lease.ts'
import type { ExecutorOptions } from './options.ts'
import { Arrivals } from './queue/arrivals.ts'
import { Claimer } from './queue/claimer.ts'
import { Declined } from './queue/declined.ts'
import { HeldValues } from './queue/heldValues.ts'
import { QueueBound } from './queue/queueBound.ts'
import { Slots } from './queue/slots.ts'
import { SuspectTurn } from './queue/suspectTurn.ts'
import { TenantQueues } from './queue/tenantQueues.ts'
import { Waker } from './queue/waker.ts'
import type { SharedRunContext } from './run/activeRun.ts'
import { Hooks } from './run/hooks.ts'
import { Inbox } from './run/inbox.ts'
import { type Journal, openJournal } from './run/journal.ts'
import { repeatProgress } from './run/live.ts'
import type { RunnerDeps } from './run/runner.ts'
import { Runs } from './runs.ts'

/** How long a drain waits, after its steps, for a database that is away. What is not written then, others go on with. */
export const AWAY_SECONDS = 5

/** Accepts jobs and runs them: this process's share of the work. Here its parts are put together. */
export class Executor {
  readonly #options: ExecutorOptions
  readonly #lease: Lease
  readonly #journal: Journal
  readonly #inbox: Inbox
  readonly #children: ChildJobs
  readonly #slots: Slots
  readonly #claimer: Claimer
  readonly #hooks: Hooks
  readonly #bound: QueueBound
  readonly #waker: Waker
  readonly #runs: Runs
  readonly #loops: readonly BackgroundLoop[]
  readonly #submitDeps: AcceptDeps
  readonly #hearing: readonly (() => void)[]
  /** Resolves when a drain has left nothing running; null: there is none. */
  #idle: Promise<void> | null = null
  #closing: Promise<void> | null = null

  private constructor(options: ExecutorOptions, lease: Lease) {
    const { database, telemetry, signals, registry, versions, maxTakeovers } = options
    this.#options = options
    this.#lease = lease
    this.#slots = new Slots(options.concurrency, options.isShared)
    this.#hooks = new Hooks(options.hooks, telemetry)
    this.#journal = openJournal({ database, telemetry, signals, holder: () => lease.holder })
    this.#inbox = new Inbox(database, telemetry)
    const cancel = (tenant: string, id: string, actor: string): Promise<unknown> => this.cancel(tenant, id, actor)
    const onTold = (parent: ToldParent): void => void this.#tell(parent, parent.held)
    this.#children = new ChildJobs({ database, telemetry, cancel, onTold })
    this.#bound = new QueueBound(database, telemetry, options.maxQueued)
    const begin = (job: ClaimedJob, provedAt: number): void => void this.#runs.take(job, provedAt)
    const queue = { declined: new Declined(), arrivals: new Arrivals(), turn: new SuspectTurn() }
    const shared = { database, telemetry, slots: this.#slots, ...queue }
    this.#claimer = new Claimer({ ...shared, lease, begin, onClaimed: (jobs) => this.#bound.left(jobs) })
    this.#waker = new Waker({ database, telemetry, onQueued: () => this.#claimer.queued() })
    const held = new HeldValues(this.#slots, options.tenantValuesBytes)
    const runner = this.#runnerDeps(held)
    const context = contextOf(options, lease)
    this.#runs = new Runs({
      ...shared,
      ...{ signals, registry, versions, context },
      ...{ hooks: this.#hooks, maxTakeovers, held, runner },
      onFreed: () => this.#claimer.freed(),
      onSuspended: (wakeAt) => this.#expect(wakeAt),
      onChildOver: () => this.#children.tell(),
    })
    this.#submitDeps = {
      ...runner,
      ...shared,
      registry,
      context,
      claimer: this.#claimer,
      bound: this.#bound,
      onQueued: (active) => {
        this.#hooks.call(active)
        this.#claimer.queued()
      },
      onScheduled: (at) => this.#expect(at),
      tenantQueues: new TenantQueues(database, countQueuedOf),
      leadTime: new LeadTime(),
      runs: this.#runs,
    }
    const onQueued = (): void => this.#claimer.queued()
    this.#loops = startRunLoops({ ...shared, ...runner, leaseSeconds: options.leaseSeconds, onQueued })
    this.#hearing = this.#hear(options)
  }

  /** Takes a lease and begins to work. Fails where the database is away. */
  static async start(options: ExecutorOptions): Promise<Executor> {
    const { database, connectionString, telemetry, signals, leaseSeconds: seconds, limits } = options
    const silenceSeconds = limits.stepTimeoutMs / 1000
    const lease = await Lease.open({ database, connectionString, telemetry, signals, seconds, silenceSeconds })
    return new Executor(options, lease)
  }

  #hear({ signals, live }: ExecutorOptions): (() => void)[] {
    return [
      signals.recorded.on(this.#onRecorded),
      signals.queuedElsewhere.on(() => this.#claimer.queued()),
      signals.leaseSwept.on(this.#runs.loseAll),
      signals.sentHere.on(this.#onSentHere),
      live.onJoined(this.#onJoined),
    ]
  }

  /** Who may say of other replicas that they are dead; null: nobody here, now. */
  get judge(): Judge | null {
    return this.#lease.judge
  }

  /** The id of this process among the replicas. */
  get replica(): number {
    return this.#lease.replica
  }

  /** Settles once the lease is kept by its own thread, or that can't be now. Before that nobody should be told of this replica. */
  get leaseKept(): Promise<void> {
    return this.#lease.kept
  }

  get running(): number {
    return this.#slots.running
  }

  get isDraining(): boolean {
    return this.#idle !== null
  }

  /** The database's time, as far as it is known here. */
  now(): number {
    return this.#lease.clock.now()
  }

  /**
   * Accepts a job; it is durable when this resolves. Throws a `ProblemError` (`unavailable` while draining and beyond
   * `MAX_QUEUED`), and passes on what the database says when it is away: the job may then be there all the same.
   */
  submit(submission: Submission): Promise<Submitted> {
    if (!this.isDraining) return submit(submission, this.#submitDeps)
    return Promise.reject(new ProblemError('unavailable', 'the service is shutting down', { retryAfter: 5 }))
  }

  /** Records a cancel and who it was, and acts on it: a job that has not begun is ended here, without a slot. */
  async cancel(tenant: string, id: string, actor: string | null): Promise<Cancellation> {
    const provedAt = this.#lease.lapses
    const cancellation = await cancelJob(this.#options.database, { tenant, id }, this.#lease.holder, actor)
    if (cancellation.kind !== 'cancelled' || cancellation.over) return cancellation
    if (cancellation.taken !== null) void this.#runs.take(cancellation.taken, provedAt)
    else if (!this.#runs.cancel({ tenant, id }) && !cancellation.held) this.#claimer.queued()
    return cancellation
  }

  /**
   * Keeps something that is sent to a job until a step of it takes it. Who runs the job is told; a job that waits goes
   * on, here or elsewhere.
   *
   * @param most so many may be kept for one job
   */
  async send(signal: NewSignal, most: number): Promise<SentSignal> {
    const sent = await sendSignal(this.#options.database, signal, most)
    if (sent.kind === 'sent') await this.#tell(signal, sent.held)
    return sent
  }

  /** Answers a wait, once; null: it is not open. */
  async answer(answer: NewAnswer): Promise<AnswerTaken | null> {
    const taken = await answerWait(this.#options.database, answer)
    if (taken !== null) await this.#tell({ tenant: answer.tenant, id: answer.jobId }, taken.held)
    return taken
  }

  /** Says how child jobs are made; until then none is. */
  makeChildrenBy(make: MakeChild): void {
    this.#children.makeBy(make)
  }

  /** Gives a scheduled job another moment. */
  async reschedule(change: Reschedule): Promise<Rescheduled> {
    const { at } = change
    const outcome = await rescheduleJob(this.#options.database, change)
    if (outcome !== 'rescheduled') return outcome
    if (at === null || at <= this.now()) this.#claimer.queued()
    else this.#expect(at)
    return outcome
  }

  /**
   * Refuses new jobs from now on, claims none, and waits no longer for a database that is away than is of use. Steps in
   * hand may end for `shutdownSeconds`, then they are aborted and their jobs given back. Resolves when nothing runs here
   * any more; where the database is away, when it has been waited for.
   */
  beginDrain(): Promise<void> {
    this.#idle ??= this.#endRuns()
    return this.#idle
  }

  /** Drains, and resolves when everything is written, and the lease is ended, or can't be. */
  close(): Promise<void> {
    this.#closing ??= this.#drain()
    return this.#closing
  }

  async #endRuns(): Promise<void> {
    const { database, shutdownSeconds } = this.#options
    database.hurry()
    this.#journal.hurry()
    const patience = setTimeout(() => this.#runs.stop(), shutdownSeconds * 1000)
    const despair = setTimeout(() => this.#journal.giveUp(), (shutdownSeconds + AWAY_SECONDS) * 1000)
    await Promise.all([this.#claimer.stop(), this.#waker.stop()])
    this.#runs.stopAfterSteps()
    await this.#slots.whenIdle()
    clearTimeout(patience)
    clearTimeout(despair)
  }

  async #drain(): Promise<void> {
    await this.beginDrain()
    await Promise.all([this.#children.stop(), ...this.#loops.map((loop) => loop.stop())])
    this.#bound.close()
    await this.#journal.close()
    await this.#lease.close()
    for (const end of this.#hearing) end()
  }

  /** Another replica took something in for jobs with these hashes. */
  readonly #onSentHere = (hashes: readonly number[]): void => {
    const named = new Set(hashes)
    for (const active of this.#slots.values()) if (named.has(hashOfJob(active))) void this.#inbox.fetch(active)
  }

  /** Something was sent to a job: who runs it hears of it, or it is in the queue. */
  async #tell(job: { tenant: string; id: string }, held: boolean): Promise<void> {
    const active = this.#slots.get(job)
    if (active !== undefined) return this.#inbox.fetch(active)
    if (held) return this.#options.signals.sentElsewhere.give(job)
    this.#claimer.queued()
    this.#options.signals.jobReleased.give(job)
  }

  /** Somebody begins to watch a job: what its steps said before that is told to who runs it alone. */
  readonly #onJoined = (hash: number): void => {
    for (const active of this.#slots.values())
      if (hashOfJob(active) === hash) repeatProgress(active, this.#options.live)
  }

  readonly #onRecorded = (job: { tenant: string; id: string }): void => {
    const active = this.#hooks.none ? undefined : this.#slots.get(job)
    if (active !== undefined) this.#hooks.call(active)
  }

  /** A job is due then. */
  #expect(at: number | null): void {
    if (at !== null) this.#waker.expect(at - this.now())
  }

  #runnerDeps(held: HeldValues): RunnerDeps {
    return {
      isBeyond: (active) => held.isBeyond(active),
      journal: this.#journal,
      telemetry: this.#options.telemetry,
      signals: this.#options.signals,
      lease: this.#lease,
      inbox: this.#inbox,
      isDraining: () => this.isDraining,
      children: this.#children,
      live: this.#options.live,
      secrets: this.#options.shelf,
      onEnding: (active) => {
        this.#slots.end(active)
        this.#claimer.freed()
      },
    }
  }
}

function contextOf(options: ExecutorOptions, { clock }: Lease): SharedRunContext {
  const { limits, recordParameters, globals, log, waitUrl, live } = options
  return { clock, limits, recordParameters, globals, log, waitUrl, live }
}

/** A job by its tenant and id. */
type Job = { readonly tenant: string; readonly id: string }

/** A call that parts of the service make to each other without knowing each other. */
export class Signal<Value> {
  readonly #heard = new Set<(value: Value) => void>()

  /** Calls `hear` at once whenever the signal is given; what this gives ends that. It must neither throw nor wait. */
  on(hear: (value: Value) => void): () => void {
    this.#heard.add(hear)
    return () => void this.#heard.delete(hear)
  }

  give(value: Value): void {
    for (const hear of this.#heard) hear(value)
  }
}

/**
 * What must happen inside when something did: followers are woken, hooks called, bounds counted. Nobody outside can
 * listen here, so no listener of an embedder can break it; observers have telemetry, which tells the same and more.
 */
export type Signals = {
  /** Some of a run's steps are committed. */
  readonly recorded: Signal<Job>
  /** A job's end is committed; `atOnce`: with its acceptance, so that nobody can have waited for it. */
  readonly jobFinished: Signal<Job & { readonly atOnce: boolean }>
  /** A job was given back to the queue. */
  readonly jobReleased: Signal<Job>
  /** Another replica says that it queued a job. */
  readonly queuedElsewhere: Signal<void>
  /** Something was sent to a job that another replica runs. */
  readonly sentElsewhere: Signal<Job>
  /** Another replica says that something was sent to jobs with these hashes. */
  readonly sentHere: Signal<readonly number[]>
  /** Messages to webhooks or callbacks were committed with what they tell. */
  readonly messagesRecorded: Signal<void>
  /** The row of this replica's lease was cleared away: nothing is held here any more. */
  readonly leaseSwept: Signal<void>
  /** A stream of events opened, or closed, here. */
  readonly streamOpened: Signal<Job>
  readonly streamClosed: Signal<Job>
}

/** Signals that nobody listens to yet. */
export function createSignals(): Signals {
  return {
    recorded: new Signal(),
    jobFinished: new Signal(),
    jobReleased: new Signal(),
    queuedElsewhere: new Signal(),
    sentElsewhere: new Signal(),
    sentHere: new Signal(),
    messagesRecorded: new Signal(),
    leaseSwept: new Signal(),
    streamOpened: new Signal(),
    streamClosed: new Signal(),
  }
}

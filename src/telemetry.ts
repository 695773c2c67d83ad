import { EventEmitter } from 'node:events'
import type { StatusName } from './engine/status.ts'

/** Why a stream of events ended: the job did, the client went away or did not read, the service drains, or the job is gone. */
export type StreamEnd = 'ended' | 'client-gone' | 'too-slow' | 'draining' | 'job-gone' | 'failed'

/**
 * What happens inside, by name. The log, /metrics and the tests listen to the same events; nobody counts in the middle
 * of logic. Listeners are called at once and must not wait; nothing inside depends on them (signals.ts has that).
 */
export type TelemetryEvents = {
  /** A job was accepted: its commit is done. */
  jobAccepted: [{ tenant: string; id: string; state: string }]
  /** A replica took jobs from the queue. */
  claimed: [{ jobs: number }]
  /** A run begins, or goes on, here. `queuedMs`: how long the job had waited; null: it goes on. */
  runStarted: [{ tenant: string; id: string; recorded: number; queuedMs: number | null }]
  /** A run is no longer here, for whatever reason. */
  runEnded: [{ tenant: string; id: string }]
  /** A step reached its final status; not yet committed. */
  stepFinished: [
    { tenant: string; id: string; action: string; position: number; status: StatusName; milliseconds: number | null },
  ]
  /**
   * A step failed, and that is on record. `message` ends before the first value of the job; `frames` is where its block
   * threw, null where that is not known.
   */
  stepFailed: [
    {
      tenant: string
      id: string
      step: string
      action: string
      status: StatusName
      type: string
      message: string
      frames: readonly string[] | null
    },
  ]
  /** A step with effects is about to be called; what came before is committed. */
  stepBegins: [{ tenant: string; id: string; position: number; action: string }]
  /** Some of a run's steps are committed. */
  recorded: [{ tenant: string; id: string; recorded: number }]
  /**
   * A job is over and its end is committed; `atOnce`: with its acceptance, so that nobody can have waited for it; `isLogged`:
   * the line of the request that made it tells it.
   */
  jobFinished: [
    {
      tenant: string
      id: string
      state: 'succeeded' | 'failed' | 'cancelled'
      milliseconds: number
      atOnce: boolean
      isLogged: boolean
    },
  ]
  /** A statement for several was written. */
  groupCommitted: [{ kind: 'accept' | 'record'; items: number }]
  /** Messages to webhooks or callbacks were committed with what they tell. */
  messagesRecorded: []
  /** Messages were taken to be sent. */
  messagesClaimed: [{ messages: number }]
  /** Messages were taken back from replicas that are no more. */
  messagesRescued: [{ messages: number }]
  /** Messages that were this replica's by the database and in nobody's hand were let go. */
  messagesOrphaned: [{ messages: number }]
  /** An attempt to deliver a message was made and is on record; `final`: the schedule has no further one. */
  deliveryAttempted: [
    {
      tenant: string
      endpoint: string
      job: string
      message: string
      event: string
      outcome: 'delivered' | 'failed'
      final: boolean
      statusCode: number | null
      error: string | null
      milliseconds: number
    },
  ]
  /** A webhook was switched off, since its receiver said so, or never answered well. */
  webhookSwitchedOff: [{ tenant: string; webhook: string; reason: string }]
  /** Jobs were taken from replicas that are no more. */
  rescued: [{ jobs: number }]
  /** A job is no longer this replica's; nothing more was written for it. */
  jobLost: [{ tenant: string; id: string }]
  /** The database knows less of a run than was recorded once; `recorded`: what was known here. */
  runBehind: [{ tenant: string; id: string; recorded: number }]
  /** A job's row said that so many rows of its journal are there, and so many were found: it goes on from those. */
  jobMended: [{ tenant: string; id: string; rows: number; found: number }]
  /** A session that is none of ours holds a job's row: what its run did waits to be written; `pid`: that session. */
  runLocked: [{ tenant: string; id: string; pid: number | null }]
  /** A run has nothing to do but wait: its job is nobody's until a moment, or until something comes for it. */
  jobSuspended: [{ tenant: string; id: string; wakeAt: number | null }]
  /** Jobs whose moment had come were moved into the queue. */
  woken: [{ jobs: number }]
  /** A job was given back to the queue. */
  jobReleased: [{ tenant: string; id: string; reason: ReleaseReason; blocks?: readonly string[] }]
  /** A job was ended without its run, which broke each time that it was taken up. */
  jobGivenUp: [{ tenant: string; id: string }]
  /** Another replica gave jobs back. */
  queuedElsewhere: []
  /** The database refused what a step gave: it ends as `UNHANDLED_EXCEPTION` instead. */
  stepRefused: [{ tenant: string; id: string; position: number; code: string }]
  /** The lease was renewed. */
  leaseRenewed: [{ replica: number }]
  /** The row of the lease was cleared away, after an hour of silence: nothing is held any more. */
  leaseSwept: [{ replica: number }]
  /** The database did not answer; what was asked is tried again. */
  databaseFailed: [{ during: string; error: unknown }]
  /** A statement could not be carried out now: the cause of a 503, or of what is tried again. */
  statementFailed: [{ statement: string; error: unknown }]
  /** Whether this replica hears what others tell, whenever that changes. */
  listening: [{ listening: boolean; error: Error | null }]
  /** A client opened a stream of a job's events. */
  streamOpened: [{ tenant: string; id: string }]
  /** A stream ended. `error`: why it failed. */
  streamClosed: [{ tenant: string; id: string; reason: StreamEnd; error: unknown }]
  /** An error that nobody caught; `blamed`: the step of the block that threw it failed so. */
  errorEscaped: [{ error: unknown; blamed: boolean }]
  /** A listener of telemetry threw, or its promise failed. */
  listenerFailed: [{ event: string; error: unknown }]
  /** A hook of the embedder threw. */
  hookFailed: [{ hook: string; error: unknown }]
  /** A request was answered; `route` is its pattern. */
  requestAnswered: [{ route: string; method: string; status: number; milliseconds: number }]
  /** Somebody brought a key that is none. */
  keyRefused: []
  /** The event loop stood still; `actions` ran meanwhile. */
  loopBlocked: [{ milliseconds: number; actions: readonly string[] }]
}

/**
 * Why a job went back to the queue. `draining`: this replica shuts down. `missing-block`: it lacks a block. `refused`:
 * to go on after what the database took. `behind`: to go on from what the database still knows. `broken`: its run failed, which is a bug. `orphan`: it was this replica's by the
 * database, and nobody ran it here (an answer was lost on its way, or the database fell away under its run). `turn`: another suspect runs here. `crowded`: no child job
 * could be made now. `overfull`: its tenant's runs hold too much here.
 */
export type ReleaseReason =
  | 'draining'
  | 'missing-block'
  | 'refused'
  | 'behind'
  | 'broken'
  | 'orphan'
  | 'turn'
  | 'crowded'
  | 'overfull'

/** The one list of internal events, typed, passed in wherever something is to be told. */
export class Telemetry extends EventEmitter<TelemetryEvents> {
  constructor() {
    super()
    this.setMaxListeners(0)
  }

  /** Calls the listeners of an event. One that throws, or whose promise fails, keeps neither us nor the others from anything. */
  override emit<Name>(
    event: Name | keyof TelemetryEvents,
    ...told: Name extends keyof TelemetryEvents ? TelemetryEvents[Name] : never
  ): boolean {
    const listeners = this.rawListeners(event)
    for (const listener of listeners) {
      try {
        const answer: unknown = Reflect.apply(listener, this, told)
        if (answer instanceof Promise) answer.catch((error: unknown) => this.#failed(event, error))
      } catch (error) {
        this.#failed(event, error)
      }
    }
    return listeners.length > 0
  }

  /** Tells of a listener that failed, unless it is one that listens to that. */
  #failed(event: unknown, error: unknown): void {
    if (event !== 'listenerFailed') this.emit('listenerFailed', { event: String(event), error })
  }
}

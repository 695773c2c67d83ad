import { Counter, Gauge, Histogram, type Registry } from '@prometheus-io/client'
import { STATUS_VALUES } from '../engine/status.ts'
import type { Telemetry } from '../telemetry.ts'
import { Spreads, Tally } from './tallies.ts'

const SECONDS = [0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60, 300, 3600]

/** Counts what telemetry tells, and nothing else does. Every label that is known is there from the start, with 0. */
export function countEvents(telemetry: Telemetry, registry: Registry): void {
  countJobs(telemetry, [registry])
  countSteps(telemetry, [registry])
  countMessages(telemetry, [registry])
  countAnswers(telemetry, [registry])
  countFailures(telemetry, [registry])
}

function countJobs(telemetry: Telemetry, registers: Registry[]): void {
  const accepted = new Counter({ name: 'conduit_jobs_accepted_total', help: 'Jobs accepted.', registers })
  const finished = new Tally({
    name: 'conduit_jobs_finished_total',
    help: 'Jobs that are over, by the state they ended in.',
    labelNames: ['state'],
    registers,
  })
  const running = new Gauge({ name: 'conduit_jobs_running', help: 'Jobs that this replica runs now.', registers })
  const batches = new Spreads({
    name: 'conduit_commit_batch_size',
    help: 'Jobs or runs written by one statement.',
    labelNames: ['kind'],
    buckets: [1, 2, 4, 8, 16, 32, 64, 128],
    registers,
  })
  const behind = new Counter({
    name: 'conduit_runs_behind_total',
    help: 'Runs of which the database had lost records.',
    registers,
  })
  telemetry.on('runBehind', () => behind.inc())
  telemetry.on('jobAccepted', () => accepted.inc())
  telemetry.on('jobFinished', ({ state }) => finished.count([state]))
  telemetry.on('runStarted', () => running.inc())
  telemetry.on('runEnded', () => running.dec())
  telemetry.on('groupCommitted', ({ kind, items }) => batches.note([kind], items))
  const lasted = new Spreads({
    name: 'conduit_job_duration_seconds',
    help: 'From the acceptance of jobs to their end, by the state they ended in.',
    labelNames: ['state'],
    buckets: SECONDS,
    registers,
  })
  const waited = new Histogram({
    name: 'conduit_job_queue_seconds',
    help: 'From the acceptance of jobs to their first step.',
    buckets: SECONDS,
    registers,
  })
  telemetry.on('jobFinished', ({ state, milliseconds }) => lasted.note([state], milliseconds / 1000))
  telemetry.on('runStarted', ({ queuedMs }) => {
    if (queuedMs !== null) waited.observe(queuedMs / 1000)
  })
  for (const state of ['succeeded', 'failed', 'cancelled']) {
    finished.count([state], 0)
    lasted.know([state])
  }
  for (const kind of ['accept', 'record']) batches.know([kind])
}

function countSteps(telemetry: Telemetry, registers: Registry[]): void {
  const steps = new Tally({
    name: 'conduit_steps_finished_total',
    help: 'Steps that reached a final status.',
    labelNames: ['status'],
    registers,
  })
  const duration = new Spreads({
    name: 'conduit_step_duration_seconds',
    help: 'How long the blocks of steps took.',
    labelNames: ['action'],
    buckets: [0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60, 300],
    registers,
  })
  telemetry.on('stepFinished', ({ action, status, milliseconds }) => {
    steps.count([status])
    if (milliseconds !== null) duration.note([action], milliseconds / 1000)
  })
  for (const [status, value] of Object.entries(STATUS_VALUES)) if (value >= 0) steps.count([status], 0)
}

/** Messages to webhooks and callbacks, and streams of events. */
function countMessages(telemetry: Telemetry, registers: Registry[]): void {
  const streams = new Gauge({ name: 'conduit_sse_streams', help: 'Event streams that are open here.', registers })
  telemetry.on('streamOpened', () => streams.inc())
  telemetry.on('streamClosed', () => streams.dec())
  const attempts = new Counter({
    name: 'conduit_webhook_attempts_total',
    help: 'Attempts to deliver a message to a webhook or a callback.',
    labelNames: ['outcome'],
    registers,
  })
  telemetry.on('deliveryAttempted', ({ outcome }) => attempts.inc({ outcome }))
  for (const outcome of ['delivered', 'failed']) attempts.inc({ outcome }, 0)
}

function countAnswers(telemetry: Telemetry, registers: Registry[]): void {
  const answered = new Spreads({
    name: 'conduit_http_request_duration_seconds',
    help: 'How long requests took to be answered; streams until their end.',
    labelNames: ['route', 'method', 'status'],
    buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60],
    registers,
  })
  const refused = new Counter({
    name: 'conduit_keys_refused_total',
    help: 'Requests with a key that is none.',
    registers,
  })
  telemetry.on('requestAnswered', ({ route, method, status, milliseconds }) => {
    answered.note([route, method, String(status)], milliseconds / 1000)
  })
  telemetry.on('keyRefused', () => refused.inc())
}

function countFailures(telemetry: Telemetry, registers: Registry[]): void {
  const counter = (name: string, help: string) => new Counter({ name, help, registers })
  const database = counter('conduit_database_errors_total', 'Statements that the database could not carry out.')
  const takeovers = counter('conduit_takeovers_total', 'Jobs taken over from replicas that are no more.')
  const lost = counter('conduit_leases_lost_total', 'Jobs that others took over from this replica.')
  const escaped = counter('conduit_errors_escaped_total', 'Errors that nobody caught.')
  telemetry.on('errorEscaped', () => escaped.inc())
  const disabled = counter('conduit_webhooks_disabled_total', 'Webhooks that were switched off by the service.')
  telemetry.on('databaseFailed', () => database.inc())
  telemetry.on('statementFailed', () => database.inc())
  telemetry.on('rescued', ({ jobs }) => takeovers.inc(jobs))
  telemetry.on('jobLost', () => lost.inc())
  telemetry.on('webhookSwitchedOff', () => disabled.inc())
}

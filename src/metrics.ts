import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from '@prometheus-io/client'
import type { Telemetry } from './telemetry.ts'

/** What `/metrics` tells: counted from telemetry, and nowhere else. */
export type Metrics = { readonly contentType: string; text(): Promise<string> }

/** Collects Node's own metrics and Conduit's. */
export function collectMetrics(telemetry: Telemetry): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const registers = [registry]
  const accepted = new Counter({ name: 'conduit_jobs_accepted_total', help: 'Jobs accepted.', registers })
  const finished = new Counter({
    name: 'conduit_jobs_finished_total',
    help: 'Jobs that are over, by the state they ended in.',
    labelNames: ['state'],
    registers,
  })
  const steps = new Counter({
    name: 'conduit_steps_finished_total',
    help: 'Steps that reached a final status.',
    labelNames: ['status'],
    registers,
  })
  const running = new Gauge({ name: 'conduit_jobs_running', help: 'Jobs that this replica runs now.', registers })
  const duration = new Histogram({
    name: 'conduit_step_duration_seconds',
    help: 'How long the blocks of steps took.',
    labelNames: ['action'],
    buckets: [0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60, 300],
    registers,
  })
  const batches = new Histogram({
    name: 'conduit_commit_batch_size',
    help: 'Jobs or runs written by one statement.',
    labelNames: ['kind'],
    buckets: [1, 2, 4, 8, 16, 32, 64, 128],
    registers,
  })
  const streams = new Gauge({ name: 'conduit_sse_streams', help: 'Event streams that are open here.', registers })
  telemetry.on('streamOpened', () => streams.inc())
  telemetry.on('streamClosed', () => streams.dec())
  const attempts = new Counter({
    name: 'conduit_webhook_attempts_total',
    help: 'Attempts to deliver a message to a webhook or a callback.',
    labelNames: ['outcome'],
    registers,
  })
  const escaped = new Counter({ name: 'conduit_errors_escaped_total', help: 'Errors that nobody caught.', registers })
  telemetry.on('errorEscaped', () => escaped.inc())
  const behind = new Counter({
    name: 'conduit_runs_behind_total',
    help: 'Runs of which the database had lost records.',
    registers,
  })
  telemetry.on('runBehind', () => behind.inc())
  telemetry.on('jobAccepted', () => accepted.inc())
  telemetry.on('jobFinished', ({ state }) => finished.inc({ state }))
  telemetry.on('stepFinished', ({ action, status, milliseconds }) => {
    steps.inc({ status })
    if (milliseconds !== null) duration.observe({ action }, milliseconds / 1000)
  })
  telemetry.on('runStarted', () => running.inc())
  telemetry.on('runEnded', () => running.dec())
  telemetry.on('deliveryAttempted', ({ outcome }) => attempts.inc({ outcome }))
  telemetry.on('groupCommitted', ({ kind, items }) => batches.observe({ kind }, items))
  return { contentType: registry.contentType, text: () => registry.metrics() }
}

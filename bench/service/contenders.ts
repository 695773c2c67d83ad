import { join } from 'node:path'
import type { ContenderSpec } from './contender.ts'

const behindFastify = (name: string): Pick<ContenderSpec, 'name' | 'script' | 'listening' | 'overPath' | 'over'> => ({
  name,
  script: join(import.meta.dirname, `contenders/${name}.ts`),
  listening: /listening on (http:\/\/\S+)/,
  overPath: '/over',
  over: Number,
})

/** The service as `npm start` runs it, and as it counts its jobs on /metrics. */
export const conduit: ContenderSpec = {
  name: 'conduit',
  package: null,
  records: 'job, 3 steps, end',
  jobs: 60_000,
  takesBatches: true,
  script: join(import.meta.dirname, '../../bin/start.js'),
  // As the start script has it.
  flags: ['--max-semi-space-size=16'],
  environment: { PORT: '0' },
  listening: /Conduit listens on (http:\/\/[^\s,]+)/,
  overPath: '/metrics',
  over: (text) =>
    [...text.matchAll(/^conduit_jobs_finished_total\{.*\} (\d+)/gm)].reduce((n, m) => n + Number(m[1]), 0),
}

/** The ceiling: a Fastify route that reads the job and keeps nothing. */
export const empty: ContenderSpec = {
  ...behindFastify('empty'),
  package: null,
  records: 'nothing',
  jobs: 300_000,
  takesBatches: false,
}

/** What Conduit is measured against. */
export const rivals: readonly ContenderSpec[] = [
  { ...behindFastify('bullmq'), package: 'bullmq', records: 'job, end (Redis)', jobs: 40_000, takesBatches: true },
  { ...behindFastify('pg-boss'), package: 'pg-boss', records: 'job, end', jobs: 8000, takesBatches: true },
  {
    ...behindFastify('graphile-worker'),
    package: 'graphile-worker',
    records: 'job, end',
    jobs: 6000,
    takesBatches: true,
  },
  {
    ...behindFastify('dbos'),
    package: '@dbos-inc/dbos-sdk',
    records: 'job, 3 steps, end',
    jobs: 2000,
    takesBatches: false,
  },
]

/** How many times a rival's throughput is Conduit's to be. Of the empty route it is to reach half. */
export const GOALS: Readonly<Record<string, number>> = {
  empty: 0.5,
  bullmq: 1.8,
  'pg-boss': 4.5,
  'graphile-worker': 6,
  restate: 6,
  dbos: 15,
}

/** On demand: its server is a download of 60 MB. */
export const restate: ContenderSpec = {
  ...behindFastify('restate'),
  script: join(import.meta.dirname, 'restate/restate.ts'),
  package: '@restatedev/restate-server',
  records: 'job, 3 steps, end (own log)',
  jobs: 8000,
  takesBatches: false,
}

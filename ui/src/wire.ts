import type { Job, JobSummary, Step } from '@conduit-jobs/client'

/** Any JSON. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** Why a job failed, as its rows tell it. */
export type JobError = { step: string; action: string; status: string; type: string | null; message: string | null }

/** An error as steps record it; those of parameters say which, what was wanted, what came, and from where. */
export type StepError = {
  type: string
  message: string
  parameter?: string
  expected?: string
  actual?: string
  value?: unknown
  from?: string | null
  step?: string
  error?: StepError
}

export type Attempt = { started_at: string; finished_at: string | null; error: StepError | null }

export type Waiting = {
  kind: string
  since: string
  until: string | null
  name?: string
  title?: string
  text?: string
  form?: Json
  to?: string | null
  job_id?: string
}

export type Progress = { done: number; total?: number | null; message?: string | null }

type StepAdditions = {
  seq?: number
  title?: string | null
  parent?: string | null
  depth?: number
  attempt?: number
  attempts?: Attempt[]
  error?: StepError | null
  waiting?: Waiting | null
  children?: { total: number; done: number; failed: number; waiting: number }
  resolved?: Json
  progress?: Progress | null
  copied?: boolean
}
/** A service of another version may leave any of the additions out. */
export type StepView = Omit<Step, keyof StepAdditions> & StepAdditions

type Additions = {
  error?: JobError | null
  created_by?: string | null
  takeovers?: number
  parent?: { job_id: string; step: string } | null
  definition?: { name: string; version: number } | null
  scheduled_for?: string | null
  schedule?: string | null
  rerun_of?: string | null
  step_runs?: number
  description?: string | null
  title?: string | null
}

export type JobRow = Omit<JobSummary, 'state' | keyof Additions> & Additions & { state: string }
export type JobView = Omit<Job, 'state' | 'steps' | keyof Additions> & Additions & { state: string; steps?: StepView[] }

/** What a step is at in a word: the name of its status, or that it runs or waits. */
export function stateOf({ waiting, started_at: start, finished_at: end, status }: StepView): string {
  if (waiting) return 'waiting'
  return start !== null && end === null && status.value < 0 ? 'running' : status.name
}

/** When a job could have begun, in milliseconds. */
export function dueAt({ created_at: created, scheduled_for: scheduled }: JobView): number {
  return Math.max(Date.parse(created), scheduled == null ? 0 : Date.parse(scheduled))
}

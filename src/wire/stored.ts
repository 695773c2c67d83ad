import type { Definition } from '../engine/definition.ts'
import { keepAsText } from '../engine/run/large.ts'
import type { Entry, StepEntry } from '../engine/run/entry.ts'
import type { JobRow } from '../store/jobs/jobColumns.ts'
import type { StoredJob } from '../store/jobs/read.ts'
import type { RecordedStep } from '../store/journal/entryText.ts'
import type { JournalEntry } from '../store/journal/read.ts'
import type { ToldWait } from './event.ts'
import { errorOfStored } from './jobError.ts'
import type { TreeEntry } from './jobTree.ts'
import type { JobView } from './jobView.ts'
import { parseJson, parseObject } from '../engine/values/parseJson.ts'

/** What of a stored job a view is made of. */
type StoredView = JobRow & Pick<StoredJob, 'variables' | 'output' | 'current_step'>

/** A stored job as it is told. */
export function viewOfStored(job: StoredView, definition: Definition): JobView {
  return {
    id: job.id,
    definition,
    state: job.state,
    createdAt: job.created_at,
    scheduledFor: job.scheduled_for,
    startedAt: job.started_at,
    finishedAt: job.finished_at,
    failedStep: job.failed_step,
    error: errorOfStored(job),
    createdBy: job.created_by,
    takeovers: job.takeovers,
    currentStep: job.current_step,
    variables: job.variables === null ? definition.variables : parseObject(job.variables),
    output: job.output === null ? null : parseJson(job.output),
    outputOmitted: job.output_omitted,
    stepRuns: job.step_runs,
  }
}

/** The path of a step by its position among the job's own: the version before recorded no paths. */
export function pathsOf({ steps }: Definition): (position: number) => string {
  return (position) => steps[position - 1]?.id ?? String(position)
}

/** The steps among what was read of a journal. */
export function stepsOf(entries: readonly JournalEntry[]): (RecordedStep & { readonly seq: number })[] {
  return entries.flatMap((entry) =>
    entry.kind === 'step' && entry.seq !== null ? [{ ...entry.step, seq: entry.seq }] : [],
  )
}

/** The waits that were told among what was read. */
export function waitsOf(entries: readonly JournalEntry[]): ToldWait[] {
  return entries.flatMap((read) =>
    read.kind === 'waiting' && read.seq !== null ? [{ seq: read.seq, entry: read.entry }] : [],
  )
}

/** What was read of a job's journal, as its steps are made of it. */
export function treeEntriesOf(entries: readonly JournalEntry[]): TreeEntry[] {
  return entries.map((read) => ({ seq: read.seq, entry: read.kind === 'step' ? read.step : read.entry }))
}

/** What happened in a run from its beginning, as its steps are made of it. */
export function treeEntriesOfRun(entries: readonly Entry[]): TreeEntry[] {
  let told = 0
  return entries.map((entry) => ({ seq: entry.kind === 'mark' ? null : ++told, entry }))
}

/** An entry that was read, as a run goes on from it. */
export function entryOfStored(read: JournalEntry): Entry {
  if (read.kind !== 'step') return read.entry
  const { step, variables } = read
  const json = JSON.stringify(step.returnValue)
  const entry: StepEntry = {
    ...step,
    json,
    variables: variables === null ? null : { ...variables, json: variables.json ?? '{}' },
  }
  return keepAsText(entry, step.returnValue)
}

import { Link } from 'wouter'
import { Moment, State, Took } from '../parts/basics.tsx'
import { firstLine } from '../parts/format.ts'
import { MayLink } from '../shell/mayLink.tsx'
import { useMay } from '../shell/session.tsx'
import { texts } from '../texts.ts'
import { Source } from './source.tsx'
import { dueAt, type JobView, type StepError, type StepView } from '../wire.ts'

const t = texts.job

/** The facts of a job in a line or two. */
export function Facts({ job }: { job: JobView }) {
  const may = useMay()
  const facts: [string, React.ReactNode][] = [[t.created, <Moment key="" at={job.created_at} />]]
  if (job.scheduled_for) facts.push([t.due, <Moment key="" at={job.scheduled_for} />])
  if (job.started_at !== null)
    facts.push([t.waited, <Took key="" from={new Date(dueAt(job)).toISOString()} to={job.started_at} />])
  facts.push([t.took, <Took key="" from={job.started_at} to={job.finished_at} />])
  if (job.definition) {
    facts.push([
      t.ofDefinition,
      <MayLink key="" scope="definitions:read" href={`/definitions/${job.definition.name}`}>
        {job.definition.name} · version {job.definition.version}
      </MayLink>,
    ])
  }
  if (job.schedule)
    facts.push([
      t.ofSchedule,
      <MayLink key="" scope="schedules:read" href={`/schedules?name=${job.schedule}`}>
        {job.schedule}
      </MayLink>,
    ])
  if (job.parent) facts.push([t.parent, <JobLink key="" id={job.parent.job_id} step={job.parent.step} />])
  if (job.rerun_of) facts.push([t.rerunOf, <JobLink key="" id={job.rerun_of} />])
  if (job.created_by)
    facts.push([
      t.by,
      <MayLink key="" scope="jobs:read" href={`/jobs?created_by=${job.created_by}`}>
        <code>{job.created_by}</code>
      </MayLink>,
    ])
  if ((job.takeovers ?? 0) > 0) facts.push([t.takeovers, job.takeovers])
  if (may('admin'))
    facts.push([
      t.audit,
      <Link key="" href={`/access?${new URLSearchParams({ tab: 'audit', subject: job.id })}`}>
        {t.auditLink}
      </Link>,
    ])
  const labels = Object.entries(job.metadata)
  return (
    <>
      <dl className="fact-line">
        {facts.map(([name, fact]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{fact}</dd>
          </div>
        ))}
      </dl>
      {labels.length + job.tags.length > 0 && (
        <div className="row tight">
          {labels.map(([key, value]) => (
            <MayLink
              key={key}
              scope="jobs:read"
              className="chip"
              href={`/jobs?${new URLSearchParams({ [`metadata.${key}`]: value })}`}
            >
              {key}={value}
            </MayLink>
          ))}
          {job.tags.map((tag) => (
            <span key={tag} className="chip">
              {tag}
            </span>
          ))}
        </div>
      )}
    </>
  )
}

export function JobLink({ id, step }: { id: string; step?: string }) {
  const query = step === undefined ? '' : `?step=${encodeURIComponent(step)}`
  return (
    <MayLink scope="jobs:read" href={`/jobs/${encodeURIComponent(id)}${query}`} className="mono breaks">
      {id}
    </MayLink>
  )
}

/** Where a job failed, in one sentence: which step, which block, what it said, which parameter had which value from where. */
export function WhyFailed({
  job,
  step,
  onShow,
}: {
  job: JobView
  step: StepView | undefined
  onShow: (path: string) => void
}) {
  const path = job.error?.step ?? job.failed_step
  if (path === null || job.state !== 'failed') return null
  const said = errorOf(step)
  const action = job.error?.action ?? step?.action
  const type = said?.type ?? job.error?.type ?? step?.status.name
  const message = said?.message ?? job.error?.message ?? undefined
  return (
    <p className="callout bad" role="alert">
      {path === '' ? (
        'The job'
      ) : (
        <>
          The step{' '}
          <button type="button" className="as-link" onClick={() => onShow(path)}>
            {path}
          </button>{' '}
          {action !== undefined && <>({action})</>}
        </>
      )}{' '}
      failed{type !== undefined && ` with ${type}`}
      {message === undefined ? (
        '.'
      ) : (
        <>
          : <bdi>{firstLine(message)}</bdi>
        </>
      )}
      <Source error={said} step={step} />
    </p>
  )
}

/** What a step failed with; of one that ended well null. */
export function errorOf(step: StepView | undefined): StepError | null {
  if (step === undefined || step.status.value < 100) return null
  const value = step.return_value as Partial<StepError> | null
  return value !== null && typeof value === 'object' && typeof value.message === 'string' ? (value as StepError) : null
}

/** @param isAway whether the service did not answer when it was asked last */
export function StateLine({ job, isLive, isAway = false }: { job: JobView; isLive: boolean; isAway?: boolean }) {
  return (
    <span className="row tight">
      <State name={job.state} />
      {isLive && <span className={isAway ? 'muted small' : 'live small'}>{isAway ? t.reconnecting : t.live}</span>}
      {job.name !== null && <code className="muted breaks">{job.id}</code>}
    </span>
  )
}

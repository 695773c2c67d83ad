import { State } from '../parts/basics.tsx'
import { between, duration, plural } from '../parts/format.ts'
import { useNow } from '../parts/now.ts'
import { texts } from '../texts.ts'
import { dueAt, type JobView, stateOf, type StepView } from '../wire.ts'
import { Bar, QueueBar, type Scale } from './bar.tsx'
import { isFailure } from './failure.ts'
import { isLoop, type Line } from './record.ts'

const t = texts.job

/** A step: its title and block, its state, when it ran and how long. */
export function StepLine({ step, scale }: { step: StepView; scale: Scale }) {
  const now = useNow()
  const { children } = step
  return (
    <>
      <span className="line-name">
        <span className="cut" dir="auto" title={step.title ?? step.id}>
          {step.title ?? step.id}
        </span>
        <code className="muted cut">{step.action}</code>
        {step.copied === true && <span className="chip">{t.copied}</span>}
        {children !== undefined && children.total > 0 && (
          <span className="muted small nowrap">
            {children.done}/{children.total}
            {children.failed > 0 && <span className="bad"> · {t.failed(children.failed)}</span>}
          </span>
        )}
        {step.progress && (
          <progress
            value={step.progress.done}
            max={step.progress.total ?? undefined}
            aria-label={step.progress.message ?? step.path}
          />
        )}
      </span>
      <span className="line-state">
        <State name={stateOf(step)} />
      </span>
      <Bar step={step} scale={scale} />
      <span className="line-took muted numbers small">
        {step.started_at === null ? '' : duration(between(step.started_at, step.finished_at, now))}
      </span>
    </>
  )
}

/** The head of a round, a branch, a catch: how many steps stand below, and when they ran. */
export function GroupLine({ line, scale }: { line: Line & { kind: 'group' }; scale: Scale }) {
  const { name, of, steps } = line
  const failed = steps.filter(({ status }) => isFailure(status.value)).length
  const kind = isLoop(of) ? t.round : t.branch
  const label = { catch: t.catch, undo: t.undo, wait: t.wait }[name] ?? `${kind} ${name}`
  return (
    <>
      <span className="line-name">
        <span className="muted cut">{label}</span>
        <span className="muted small nowrap">
          {plural(steps.length, t.stepNoun)}
          {failed > 0 && <span className="bad"> · {t.failed(failed)}</span>}
        </span>
      </span>
      <span className="line-state" />
      <Bar step={spanOf(steps)} scale={scale} />
      <span className="line-took" />
    </>
  )
}

/** One bar for steps together. */
function spanOf(steps: readonly StepView[]): Pick<StepView, 'started_at' | 'finished_at' | 'status'> {
  const starts = steps.flatMap(({ started_at: at }) => at ?? []).sort()
  const ends = steps.map(({ finished_at: at }) => at)
  return {
    started_at: starts[0] ?? null,
    finished_at: ends.includes(null)
      ? null
      : (ends
          .flatMap((at) => at ?? [])
          .sort()
          .at(-1) ?? null),
    status: steps.find(({ status }) => isFailure(status.value))?.status ??
      steps[0]?.status ?? { name: 'NONE', value: -1 },
  }
}

/** How long the job stood in the queue, above its steps. */
export function QueueLine({ job, scale }: { job: JobView; scale: Scale }) {
  const now = useNow()
  const from = dueAt(job)
  const to = job.started_at === null ? Math.max(now, from) : Date.parse(job.started_at)
  if (job.state === 'scheduled' || (job.started_at === null && job.finished_at !== null)) return null
  return (
    <div className="line queue-line">
      <span className="fold none" />
      <span className="muted">{t.waited}</span>
      <span />
      <QueueBar from={from} to={to} scale={scale} />
      <span className="line-took muted numbers small">{duration(to - from)}</span>
    </div>
  )
}
